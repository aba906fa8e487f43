/// Messages that are in order, from which tests start.
enum Seeds {
    static let requests = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET /https://api.example/v?q=1 HTTP/1.1\r\nHost: localhost:8080\r\nOrigin: https://a.example\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: [::1]:8080\r\nContent-Length: 12\r\nX-A:\t b \r\nConnection: close\r\n\r\n",
        "PUT * HTTP/1.1\r\nhost:x\r\nTransfer-Encoding: Chunked\r\nExpect: 100-continue\r\n\r\n",
        "OPTIONS /a HTTP/1.0\r\n\r\n",
        "X-METHOD http://h/ HTTP/1.0\r\nConnection: Keep-Alive\r\nX-Empty:\r\nX-Obs: \u{E9}\u{FF}\r\n\r\n",
    ]

    static let responses = [
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204\r\nServer: x\r\n\r\n",
        "HTTP/1.0 404 Not Found\r\nContent-Type: text/plain\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n",
        "HTTP/1.1 599 \r\nTransfer-Encoding: chunked\r\nConnection: close, X-A\r\nX-A: 1\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 301 D\u{E9}plac\u{E9}\tici\r\nLocation: /x\r\n\r\n",
    ]

    static let chunkedBodies = [
        "0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "A;name=value;q=\"x\ty\"\r\n0123456789\r\n01\r\nx\r\n000\r\n\r\n",
        "22\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n0\r\nTrailer-Field: a\r\nX:\r\n\r\n",
    ]
}
