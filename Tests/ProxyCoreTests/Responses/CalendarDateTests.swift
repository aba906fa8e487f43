import Testing

@testable import ProxyCore

@Suite struct CalendarDateTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37"),
        (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT", "2000-02-28T23:59:59"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00"),
        (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT", "2000-03-01T00:00:00"),
        (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT", "2024-12-31T23:59:59"),
        (1_735_689_600, "Wed, 01 Jan 2025 00:00:00 GMT", "2025-01-01T00:00:00"),
        (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT", "2038-01-19T03:14:08"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT", "2100-03-01T00:00:00"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59"),
    ])
    func `RFC 9110 §5.6.7 and RFC 3339 write a moment so`(seconds: Int64, http: String, timestamp: String) {
        let date = CalendarDate(secondsSince1970: seconds)
        #expect(date.httpDate == http)
        #expect(date.timestamp == timestamp)
    }

    @Test func `every day follows the one before, through all leap years of four centuries`() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var day: Int64 = 0
        for year in 1970..<2400 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for month in 1...12 {
                for dayOfMonth in 1...(lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)) {
                    let text = CalendarDate(secondsSince1970: day * 86_400).timestamp
                    let expected =
                        "\(year)-\(month < 10 ? "0" : "")\(month)-\(dayOfMonth < 10 ? "0" : "")\(dayOfMonth)"
                    guard text == "\(expected)T00:00:00" else {
                        Issue.record("\(text) is not \(expected)")
                        return
                    }
                    day += 1
                }
            }
        }
    }
}
