/// Heads of answers that are not as HTTP has them.
extension Combination {
    private static let star = "Access-Control-Allow-Origin: *\r\n"
    private static let two = "Content-Length: 2\r\n\r\nok"

    static let heads: [Combination] = [
        (
            "bare line feeds", "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\nContent-Length: 2\n\nok",
            "allowed"
        ),
        ("a bare carriage return", "HTTP/1.1 200 OK\r\nX-A: b\r\(star)\(two)", "allowed"),
        ("a folded field", "HTTP/1.1 200 OK\r\n\(star)X-A: a\r\n  b\r\n\(two)", "allowed"),
        ("a folded allowance", "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin:\r\n\t*\r\n\(two)", "allowed"),
        (
            "a folded allowance of two",
            "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n , *\r\n\(two)",
            "MultipleAllowOriginValues"
        ),
        ("a first line that is folded", "HTTP/1.1 200 OK\r\n X-A: b\r\n\(star)\(two)", "allowed"),
        (
            "a space before the colon", "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin : *\r\n\(two)",
            "allowed"
        ),
        ("a line without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\(star)\(two)", "allowed"),
        ("a name with brackets", "HTTP/1.1 200 OK\r\nX(A): b\r\n\(star)\(two)", "allowed"),
        ("a line without a name", "HTTP/1.1 200 OK\r\n: b\r\n\(star)\(two)", "allowed"),
        ("a zero byte", "HTTP/1.1 200 OK\r\nX-A: a\0b\r\n\(star)\(two)", "net::ERR_INVALID_HTTP_RESPONSE"),
        ("status 999", "HTTP/1.1 999 Request denied\r\n\(star)\(two)", "allowed"),
        ("status 600", "HTTP/1.1 600\r\n\(star)\(two)", "allowed"),
        ("status 99", "HTTP/1.1 99 Less\r\n\(star)\(two)", "allowed"),
        ("status 70000", "HTTP/1.1 70000 More\r\n\(star)\(two)", "allowed"),
        ("no status", "HTTP/1.1 OK\r\n\(star)\(two)", "allowed"),
        ("no blank before the status", "HTTP/1.1\r\n\(star)\(two)", "allowed"),
        ("letters behind the status", "HTTP/1.1 404OK\r\n\(star)\(two)", "allowed"),
        ("status 101", "HTTP/1.1 101 Switching Protocols\r\n\(star)\r\n", "net::ERR_EMPTY_RESPONSE"),
        ("status 407", "HTTP/1.1 407 Who\r\n\(star)\(two)", "net::ERR_UNEXPECTED_PROXY_AUTH"),
        (
            "an interim response",
            "HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\nHTTP/1.1 200 OK\r\n\(star)\(two)", "allowed"
        ),
        (
            "an allowance in an interim response",
            "HTTP/1.1 103 Early Hints\r\n\(star)\r\nHTTP/1.1 200 OK\r\n\(two)", "MissingAllowOriginHeader"
        ),
        ("an interim response alone", "HTTP/1.1 100 Continue\r\n\r\n", "net::ERR_EMPTY_RESPONSE"),
        ("another version", "HTTP/2.0 200 OK\r\n\(star)\(two)", "allowed"),
        ("no version", "HTTP 200 OK\r\n\(star)\(two)", "allowed"),
        ("lower case", "http/1.1 200 OK\r\n\(star)\(two)", "allowed"),
        ("an empty line first", "\r\nHTTP/1.1 200 OK\r\n\(star)\(two)", "allowed"),
        ("too much first", "\r\n\r\n\r\nHTTP/1.1 200 OK\r\n\(star)\(two)", "net::ERR_INVALID_HTTP_RESPONSE"),
        ("another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "net::ERR_INVALID_HTTP_RESPONSE"),
        ("two bytes", "hi", "net::ERR_INVALID_HTTP_RESPONSE"),
        ("nothing", "", "net::ERR_EMPTY_RESPONSE"),
        (
            "two lengths", "HTTP/1.1 200 OK\r\n\(star)Content-Length: 3\r\n\(two)",
            "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH"
        ),
        (
            "two lengths in a list", "HTTP/1.1 200 OK\r\n\(star)Content-Length: 2, 3\r\n\r\nok",
            "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH"
        ),
        ("a length twice", "HTTP/1.1 200 OK\r\n\(star)Content-Length: 2\r\n\(two)", "allowed"),
        ("a length in words", "HTTP/1.1 200 OK\r\n\(star)Content-Length: two\r\n\r\nok", "allowed"),
        (
            "both framings",
            "HTTP/1.1 200 OK\r\n\(star)Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            "allowed"
        ),
        (
            "two lengths, and chunks",
            "HTTP/1.1 200 OK\r\n\(star)Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\(two.dropLast(2))2\r\nok\r\n0\r\n\r\n",
            "allowed"
        ),
        (
            "chunked twice",
            "HTTP/1.1 200 OK\r\n\(star)Transfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            "allowed"
        ),
        (
            "two locations", "HTTP/1.1 200 OK\r\n\(star)Location: /a\r\nLocation: /b\r\n\(two)",
            "net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION"
        ),
        (
            "two dispositions",
            "HTTP/1.1 200 OK\r\n\(star)Content-Disposition: a\r\nContent-Disposition: b\r\n\(two)",
            "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_DISPOSITION"
        ),
        ("a head that ends in the middle", "HTTP/1.1 200 OK\r\n\(star)X-A: b", "allowed"),
        ("a head without its empty line", "HTTP/1.1 200 OK\r\n\(star)", "allowed"),
        ("a status line alone", "HTTP/1.1 200 OK", "MissingAllowOriginHeader"),
        (
            "a head of 256 KiB",
            "HTTP/1.1 200 OK\r\n\(star)X-A: \(String(repeating: "a", count: 262_144))\r\n\(two)",
            "net::ERR_RESPONSE_HEADERS_TOO_BIG"
        ),
        (
            "a head of 195 KiB",
            "HTTP/1.1 200 OK\r\n\(star)X-A: \(String(repeating: "a", count: 200_000))\r\n\(two)", "allowed"
        ),
    ].map { (name: String, text: String, verdict: String) in
        Combination(name: name, answer: .raw(text), verdict: verdict)
    }
}
