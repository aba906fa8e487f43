/// A moment in UTC, taken apart for the two ways in which it is written.
public struct CalendarDate: Sendable {
    private let year: Int
    private let month: Int
    private let day: Int
    private let weekday: Int
    private let hour: Int
    private let minute: Int
    private let second: Int

    /// Converts a count of seconds since 1970-01-01 UTC.
    public init(secondsSince1970 seconds: Int64) {
        let days = Int(seconds / 86_400)
        let rest = Int(seconds % 86_400)
        hour = rest / 3_600
        minute = rest / 60 % 60
        second = rest % 60
        weekday = (days + 4) % 7
        // Counted from 1 March of year 0, so that the leap day comes last; 400 years are one era.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, as the Date field wants it (RFC 9110 §5.6.7).
    public var httpDate: String {
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(weekdays[weekday]), \(two(day)) \(months[month - 1]) \(year) \(time) GMT"
    }

    /// `1994-11-06T08:49:37`, to which a fraction and `Z` can be added (RFC 3339).
    public var timestamp: String {
        "\(year)-\(two(month))-\(two(day))T\(time)"
    }

    private var time: String { "\(two(hour)):\(two(minute)):\(two(second))" }

    private func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
