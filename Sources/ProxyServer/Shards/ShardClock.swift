import ProxyCore
import Sockets

/// The time of day as text, made once a second.
final class ShardClock {
    private var second: Int64 = -1
    private var cachedDate = ""
    private var cachedTimestamp = ""

    /// For the Date field.
    var httpDate: String {
        refresh(WallTime.now().seconds)
        return cachedDate
    }

    /// For logs: `2026-11-21T04:05:16.123Z`.
    var timestamp: String {
        let now = WallTime.now()
        refresh(now.seconds)
        let fraction = String(1_000 + now.milliseconds).dropFirst()
        return "\(cachedTimestamp).\(fraction)Z"
    }

    private func refresh(_ now: Int64) {
        guard now != second else { return }
        second = now
        let date = CalendarDate(secondsSince1970: now)
        cachedDate = date.httpDate
        cachedTimestamp = date.timestamp
    }
}
