import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.preflights)
    func `a preflight is answered by the proxy and never forwarded`(_ test: BrowserCase) throws {
        try check(test)
    }
}

extension BrowserCases {
    static let preflights: [BrowserCase] = [
        BrowserCase(
            "fetch/api/cors/cors-preflight.any.js: PUT",
            "return show(fetch(via('/a'), {method: 'PUT', body: 'b'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PUT 200"],
            upstream: ["PUT /a \"b\""]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight.any.js: DELETE",
            "return show(fetch(via('/a'), {method: 'DELETE'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "DELETE 200"],
            upstream: ["DELETE /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight.any.js: a method that is no standard one",
            "return show(fetch(via('/a'), {method: 'PROPFIND'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PROPFIND 200"],
            upstream: ["PROPFIND /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight.any.js: put in lower case is PUT",
            "return show(fetch(via('/a'), {method: 'put'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PUT 200"],
            upstream: ["PUT /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight.any.js: propfind in lower case is not PROPFIND",
            "return show(fetch(via('/a'), {method: 'propfind'}))",
            gives: "TypeError",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        BrowserCase(
            "xhr/access-control-preflight-async-method-denied.htm: a method outside the list",
            "return request('PATCH', via('/a'))",
            gives: "error 0",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        BrowserCase(
            "xhr/access-control-preflight-async-header-denied.htm: a header outside the list",
            "return request('GET', via('/a'), xhr => xhr.setRequestHeader('X-B', '1'))",
            gives: "error 0",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        BrowserCase(
            "cors/request-headers.htm: a header of the list",
            "return show(fetch(via('/a'), {headers: {'x-a': '1'}}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 200"],
            upstream: ["GET /a x-a=1"],
            watching: ["x-a"]
        ),
        BrowserCase(
            "xhr/access-control-preflight-request-header-lowercase.htm: the case of a name does not matter",
            "return request('GET', via('/a'), xhr => xhr.setRequestHeader('X-A', '1'))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 200"],
            upstream: ["GET /a x-a=1"],
            watching: ["x-a"]
        ),
        BrowserCase(
            "xhr/access-control-preflight-request-header-sorted.htm: several headers",
            """
            const headers = {"X-A": "1", "Range": "bytes=-1", "Content-Type": "a/b", "Accept": "c/d"};
            return show(fetch(via('/a'), {headers}))
            """,
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 200"],
            upstream: ["GET /a x-a=1 content-type=a/b"],
            watching: ["x-a", "content-type"]
        ),
        BrowserCase(
            "xhr/access-control-basic-post-with-non-cors-safelisted-content-type.htm: JSON",
            "return show(fetch(via('/a'), {method: 'POST', body: '{}', headers: {'Content-Type': 'application/json'}}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "POST 200"],
            upstream: ["POST /a content-type=application/json \"{}\""],
            watching: ["content-type"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-not-cors-safelisted.any.js: Accept of 129 bytes",
            "return show(fetch(via('/a'), {headers: {Accept: 'a'.repeat(129)}}))",
            gives: "TypeError",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        BrowserCase(
            "cors/cors-safelisted-request-header.any.js: an unsafe byte in Accept-Language",
            "return show(fetch(via('/a'), {headers: {'Accept-Language': '@'}}))",
            gives: "TypeError",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-response-validation.any.js: sixty headers where any may be sent",
            through: .any,
            """
            const headers = {};
            for (let index = 0; index < 60; index++) headers["x-" + index] = "1";
            return show(fetch(via('/a'), {headers}))
            """,
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 200"],
            upstream: ["GET /a x-0=1 x-59=1"],
            watching: ["x-0", "x-59"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-response-validation.any.js: more names than are read",
            through: .any,
            """
            const headers = {};
            for (let index = 0; index < 129; index++) headers["x-" + index] = "1";
            return show(fetch(via('/a'), {headers}))
            """,
            gives: "TypeError",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-status.any.js: 200 for old clients",
            through: .preflight200,
            "return show(fetch(via('/a'), {method: 'PUT'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 200", "PUT 200"],
            upstream: ["PUT /a"]
        ),
        BrowserCase(
            "cors/preflight-cache.htm: the second request asks no more",
            "await show(fetch(via('/a'), {method: 'PUT'})); return show(fetch(via('/a'), {method: 'PUT'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PUT 200", "PUT 200"],
            upstream: ["PUT /a", "PUT /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-cache.any.js: the answer holds for the whole list",
            """
            await show(fetch(via('/a'), {method: 'PUT'}));
            return show(fetch(via('/a'), {method: 'DELETE', headers: {'x-a': '1'}}))
            """,
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PUT 200", "DELETE 200"],
            upstream: ["PUT /a", "DELETE /a"]
        ),
        BrowserCase(
            "cors/preflight-cache.htm: nothing is kept where maxAge is 0",
            through: .preflight200,
            "await show(fetch(via('/a'), {method: 'PUT'})); return show(fetch(via('/a'), {method: 'PUT'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 200", "PUT 200", "OPTIONS 200", "PUT 200"],
            upstream: ["PUT /a", "PUT /a"]
        ),
        BrowserCase(
            "cors/status-preflight.htm: the upstream's 404 behind a preflight",
            "return show(fetch(via('/a', {status: 404}), {method: 'PUT'}))",
            gives: "404 ok",
            proxied: ["OPTIONS 204", "PUT 404"],
            upstream: ["PUT /a"]
        ),
        BrowserCase(
            "xhr/access-control-preflight-async-not-supported.htm: an OPTIONS of the page's own goes on",
            through: .any,
            "return show(fetch(via('/a'), {method: 'OPTIONS'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "OPTIONS 200"],
            upstream: ["OPTIONS /a"]
        ),
        BrowserCase(
            "fetch/api/request/request-error.any.js: TRACE never leaves the browser",
            through: .any,
            "return show(fetch(via('/a'), {method: 'TRACE'}))",
            gives: "TypeError",
            proxied: [],
            upstream: []
        ),
        .refused(
            "cors/preflight-failure.htm: a refused page learns nothing",
            "return show(fetch(via('/a'), {method: 'PUT'}))",
            proxied: ["OPTIONS 403 origin-denied"]
        ),
    ]
}
