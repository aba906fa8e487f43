import Foundation

/// A point in time by which something must have happened, on a clock that never jumps.
package struct Deadline: Sendable {
    /// How long a step of a test waits for its peer before it gives up.
    package static let patience: Duration = .seconds(20)

    private let instant: ContinuousClock.Instant

    package init(in duration: Duration = Deadline.patience) {
        instant = ContinuousClock.now + duration
    }

    package var hasPassed: Bool { ContinuousClock.now >= instant }

    /// What is left, in whole milliseconds, as `poll` takes it: never negative.
    var milliseconds: Int32 {
        let left = (instant - ContinuousClock.now) / Duration.milliseconds(1)
        return Int32(max(0, min(left.rounded(.up), 1_000_000)))
    }
}

/// Says what a test waited for in vain.
package struct TimedOut: Error, CustomStringConvertible {
    package let description: String

    package init(_ what: String) { description = "timed out: \(what)" }
}

/// Waits until a condition holds.
///
/// - Throws: `TimedOut` with `what` when the time is over.
package func eventually(
    _ what: String,
    within patience: Duration = Deadline.patience,
    _ condition: () throws -> Bool
) throws {
    let deadline = Deadline(in: patience)
    while try !condition() {
        if deadline.hasPassed { throw TimedOut(what) }
        usleep(2_000)
    }
}

/// Waits until a figure has stood still for half a second, and returns it.
package func settled(_ what: String, _ figure: () -> Int) throws -> Int {
    var last = figure()
    var quiet = 0
    try eventually("\(what) settles", within: .seconds(30)) {
        let now = figure()
        quiet = now == last ? quiet + 1 : 0
        last = now
        usleep(8_000)
        return quiet >= 50
    }
    return last
}
