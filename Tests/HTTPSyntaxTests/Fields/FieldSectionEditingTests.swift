import HTTPTypes
import Testing

@testable import HTTPSyntax

@Suite struct FieldSectionEditingTests {
    @Test func `appends lines of every kind and classifies them`() throws {
        var fields = try section("A: b")
        fields.append(.host, "example.com")
        fields.append(name: "cOOKIE", value: "c=d")
        fields.append(name: Substring("X-New"), value: "")
        fields.append(HTTPField(name: .accept, value: "*/*"))
        fields.append(.other, "nothing")
        #expect(lines(fields) == "A: b\r\nHost: example.com\r\ncOOKIE: c=d\r\nX-New: \r\nAccept: */*\r\n")
        #expect(fields.lines.map(\.field) == [.other, .host, .cookie, .other, .accept])
        #expect(fields.string(of: .host) == "example.com")
        #expect(fields.strings(named: "x-new") == [""])
        #expect(fields.contains(.cookie) && fields.contains(.accept))
    }

    @Test func `drops every line of a field and no other`() throws {
        var fields = try section("A: 1", "Cookie: 2", "Host: h", "cookie: 3", "Cookie2: 4")
        fields.remove(.cookie)
        #expect(lines(fields) == "A: 1\r\nHost: h\r\nCookie2: 4\r\n")
        #expect(!fields.contains(.cookie))
        #expect(fields.count(of: .cookie) == 0)
        fields.remove(.cookie)
        fields.remove(.other)
        #expect(lines(fields) == "Host: h\r\nCookie2: 4\r\n")
        #expect(!fields.contains(.other))
    }

    @Test func `drops lines by name without regard to case`() throws {
        var fields = try section("X-A: 1", "X-B: 2", "x-a: 3", "X-Ab: 4", "Host: h")
        fields.remove(named: "x-A")
        #expect(lines(fields) == "X-B: 2\r\nX-Ab: 4\r\nHost: h\r\n")
        fields.remove(named: "hOST")
        #expect(!fields.contains(.host))
        fields.remove(named: "X-B")
        fields.remove(named: "X-AB")
        #expect(fields.lines.isEmpty)
        #expect(!fields.contains(.other))
    }

    @Test func `drops lines by a rule on their field`() throws {
        var fields = try section("X-A: 1", "Via: 2", "Host: h", "Via: 3")
        fields.removeAll { $0 == .via || $0 == .other }
        #expect(lines(fields) == "Host: h\r\n")
        #expect(!fields.contains(.via) && !fields.contains(.other) && fields.contains(.host))
    }

    @Test func `drops lines by the start of their name`() throws {
        var fields = try section(
            "Access-Control-Allow-Origin: *",
            "access-control-x: 1",
            "Access-Control: 2",
            "Host: h",
            "ACCESS-CONTROL-: 3"
        )
        fields.removeAll(wherePrefixed: "Access-Control-")
        #expect(lines(fields) == "Access-Control: 2\r\nHost: h\r\n")
        #expect(!fields.contains(.accessControlAllowOrigin))
        #expect(fields.contains(.other))
    }

    @Test func `leaves a copy alone`() throws {
        let fields = try section("A: b", "Host: h")
        var copy = fields
        copy.remove(.host)
        copy.append(.via, "v")
        #expect(lines(fields) == "A: b\r\nHost: h\r\n")
        #expect(lines(copy) == "A: b\r\nVia: v\r\n")
    }

    @Test func `writes one space before a value and none after it`() throws {
        let fields = try section("A:b", "B:  c", "C:\td", "D: e ", "E: f\t", "F:", "G: ", "H: i", "J: k")
        let text = "A: b\r\nB: c\r\nC: d\r\nD: e\r\nE: f\r\nF: \r\nG: \r\nH: i\r\nJ: k\r\n"
        #expect(lines(fields) == text)
    }

    @Test func `writes what is left after any edits`() throws {
        let all = ["A: 1", "Host:h", "B: 2", "Via: x", "C: 3", "Date: d"]
        for mask in 0..<64 {
            var fields = try section(all[0], all[1], all[2], all[3], all[4], all[5])
            fields.append(.server, "s")
            let kept = all.indices.filter { mask >> $0 & 1 == 1 }
            for index in all.indices where !kept.contains(index) {
                fields.remove(named: String(all[index].prefix { $0 != ":" }))
            }
            let text = kept.map { $0 == 1 ? "Host: h\r\n" : all[$0] + "\r\n" }.joined()
            #expect(lines(fields) == text + "Server: s\r\n")
        }
    }

    @Test func `drops hop-by-hop fields (RFC 9110 §7.6.1)`() throws {
        var fields = try section(
            "Connection: close",
            "Keep-Alive: 1",
            "Proxy-Connection: x",
            "Proxy-Authenticate: x",
            "Proxy-Authorization: x",
            "Proxy-Authentication-Info: x",
            "TE: x",
            "Trailer: x",
            "Transfer-Encoding: chunked",
            "Upgrade: x",
            "HTTP2-Settings: AAMAAABkAAQAAP__",
            "Via: 1.1 a",
            "Content-Length: 5",
            "X: y"
        )
        fields.removeHopByHopFields()
        #expect(lines(fields) == "Via: 1.1 a\r\nContent-Length: 5\r\nX: y\r\n")
        #expect(!fields.contains(.connection) && !fields.contains(.transferEncoding) && fields.contains(.via))
    }

    @Test func `drops hop-by-hop fields without Connection too`() throws {
        var fields = try section("A: b", "TE: trailers")
        fields.removeHopByHopFields()
        #expect(lines(fields) == "A: b\r\n")
    }

    @Test func `drops the fields that Connection names (RFC 9110 §7.6.1)`() throws {
        var fields = try section(
            "X-A: 1",
            "Connection: x-a, COOKIE",
            "Cookie: c",
            "X-B: 2",
            "connection: , x-c ,",
            "X-C: 3",
            "X-Cc: 4",
            "x-C: 5",
            "Origin: o"
        )
        fields.removeHopByHopFields()
        #expect(lines(fields) == "X-B: 2\r\nX-Cc: 4\r\nOrigin: o\r\n")
        #expect(!fields.contains(.cookie) && fields.contains(.other))
    }

    @Test func `lets Connection name neither Host nor Content-Length`() throws {
        var fields = try section(
            "Host: h",
            "Content-Length: 5",
            "Connection: host, Content-Length, X",
            "X: y"
        )
        fields.removeHopByHopFields()
        #expect(lines(fields) == "Host: h\r\nContent-Length: 5\r\n")
    }

    @Test(arguments: [(64, true), (65, false)])
    func `drops all unknown fields where Connection gives more than 64 unknown names`(
        count: Int,
        isKept: Bool
    ) throws {
        let names = (1...count).map { "x-\($0)" }.joined(separator: ",")
        var fields = try section("X-64: a", "X-Else: b", "Via: c", "Connection: \(names), te")
        fields.removeHopByHopFields()
        #expect(lines(fields) == (isKept ? "X-Else: b\r\n" : "") + "Via: c\r\n")
    }
}
