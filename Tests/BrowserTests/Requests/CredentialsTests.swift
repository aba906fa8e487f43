import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.stars)
    func `a star means any, but not together with credentials`(_ test: BrowserCase) throws { try check(test) }

    @Test(arguments: BrowserCases.credentials)
    func `credentials have to be allowed, and cookies stay with their site`(_ test: BrowserCase) throws {
        try check(test)
    }
}

extension BrowserCases {
    static let stars: [BrowserCase] = [
        BrowserCase(
            "fetch/api/cors/cors-preflight-star.any.js: any method",
            through: .any,
            "return show(fetch(via('/a'), {method: 'PATCH'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PATCH 200"],
            upstream: ["PATCH /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-star.any.js: any header",
            through: .any,
            "return show(fetch(via('/a'), {headers: {'x-z': '1'}}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 200"],
            upstream: ["GET /a x-z=1"],
            watching: ["x-z"]
        ),
        // Fetch §4.8 lets a star not cover Authorization; Chromium only warns of it.
        BrowserCase(
            "fetch/api/cors/cors-preflight-star.any.js: Chromium takes a star for Authorization too",
            through: .any,
            "return show(fetch(via('/a'), {headers: {Authorization: 'Bearer t'}}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 200"],
            upstream: ["GET /a authorization=Bearer t"],
            watching: ["Authorization"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-star.any.js: Authorization beside a star",
            through: .anyAndAuthorization,
            "return show(fetch(via('/a'), {headers: {Authorization: 'Bearer t'}}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 200"],
            upstream: ["GET /a authorization=Bearer t"],
            watching: ["Authorization"]
        ),
        BrowserCase(
            "xhr/access-control-basic-allow-star.htm: a star as origin does not go with credentials",
            through: .any,
            "return show(fetch(via('/a'), {credentials: 'include'}))",
            gives: "TypeError",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-star.any.js: a star as origin does not go with a preflight for credentials",
            through: .any,
            "return show(fetch(via('/a'), {method: 'PUT', credentials: 'include'}))",
            gives: "TypeError",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-star.any.js: any method with credentials",
            through: .credentialsAndStars,
            "return show(fetch(via('/a'), {method: 'PATCH', credentials: 'include'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PATCH 200"],
            upstream: ["PATCH /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-star.any.js: any headers with credentials",
            through: .credentialsAndStars,
            "return show(fetch(via('/a'), {headers: {'x-z': '1', 'x-y': '2'}, credentials: 'include'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 200"],
            upstream: ["GET /a x-y=2 x-z=1"],
            watching: ["x-y", "x-z"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-star.any.js: a star with credentials does not cover Authorization",
            through: .credentialsAndStars,
            "return show(fetch(via('/a'), {headers: {Authorization: 'Bearer t'}, credentials: 'include'}))",
            gives: "TypeError",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        BrowserCase(
            "fetch/api/cors/cors-preflight-star.any.js: a method of the name * is no star",
            through: .credentials,
            "return show(fetch(via('/a'), {method: '*', credentials: 'include'}))",
            gives: "TypeError",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        BrowserCase(
            "fetch/api/cors/cors-expose-star.sub.any.js: a star exposes every header",
            through: .any,
            "return headers(fetch(via('/a', {fields: ['X-Z: 1', 'Set-Cookie: a=1']})), 'x-z', 'set-cookie')",
            gives: "x-z=1 set-cookie=null",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-expose-star.sub.any.js: with credentials the names take the star's place",
            through: .credentialsAndStars,
            "return headers(fetch(via('/a', {fields: ['X-Z: 1']}), {credentials: 'include'}), 'x-z', 'x-y')",
            gives: "x-z=1 x-y=null",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
    ]

    static let credentials: [BrowserCase] = [
        BrowserCase(
            "cors/credentials-flag.htm: with credentials where they are allowed",
            through: .credentials,
            "return show(fetch(via('/a'), {credentials: 'include'}))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/credentials-flag.htm: without credentials where they are allowed",
            through: .credentials,
            "return show(fetch(via('/a'), {credentials: 'omit'}))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/credentials-flag.htm: with credentials where they are not allowed",
            "return show(fetch(via('/a'), {credentials: 'include'}))",
            gives: "TypeError",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/credentials-flag.htm: withCredentials where they are allowed",
            through: .credentials,
            "return request('GET', via('/a'), xhr => { xhr.withCredentials = true })",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "xhr/access-control-preflight-credential-async.htm: a preflight for credentials",
            through: .credentials,
            "return request('PUT', via('/a'), xhr => { xhr.withCredentials = true; return 'b' })",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PUT 200"],
            upstream: ["PUT /a \"b\""]
        ),
        BrowserCase(
            "xhr/access-control-preflight-credential-async.htm: a preflight for credentials that are not allowed",
            "return request('PUT', via('/a'), xhr => { xhr.withCredentials = true; return 'b' })",
            gives: "error 0",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        BrowserCase(
            "control: a cookie reaches an upstream that the browser asks itself",
            through: .credentials,
            from: .sibling,
            """
            document.cookie = "a=1";
            const address = direct("/a").replace("127.0.0.1", "proxy.localhost");
            return (await fetch(address, {mode: "no-cors", credentials: "include"})).type
            """,
            gives: "opaque",
            proxied: [],
            upstream: ["GET /a cookie=a=1"],
            watching: ["Cookie"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-cookies.any.js: the proxy's cookie is not the upstream's",
            through: .credentials,
            from: .sibling,
            "document.cookie = 'a=1'; return show(fetch(via('/a'), {credentials: 'include'}))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a cookie=-"],
            watching: ["Cookie"]
        ),
        BrowserCase(
            "xhr/access-control-preflight-request-must-not-contain-cookie.htm: a preflight with a cookie at hand",
            through: .credentials,
            from: .sibling,
            "document.cookie = 'a=1'; return show(fetch(via('/a'), {method: 'PUT', credentials: 'include'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PUT 200"],
            upstream: ["PUT /a cookie=-"],
            watching: ["Cookie"]
        ),
        BrowserCase(
            "control: a cookie is set by an upstream that the browser asks itself",
            through: .credentials,
            from: .sibling,
            """
            const address = direct("/a", {fields: ["Set-Cookie: b=2"]}).replace("127.0.0.1", "proxy.localhost");
            await fetch(address, {mode: "no-cors", credentials: "include"});
            return document.cookie
            """,
            gives: "b=2",
            proxied: [],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-cookies.any.js: the upstream sets no cookie at the proxy",
            from: .sibling,
            """
            await fetch(via("/a", {fields: ["Set-Cookie: b=2"]}), {mode: "cors", credentials: "include"})
              .catch(() => {});
            return "cookie: " + document.cookie
            """,
            gives: "cookie: ",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-cookies.any.js: a script never reads Set-Cookie",
            through: .credentials,
            "return headers(fetch(via('/a', {fields: ['Set-Cookie: b=2']}), {credentials: 'include'}), 'set-cookie')",
            gives: "set-cookie=null",
            proxied: ["GET 200"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "xhr/send-authentication-cors-setrequestheader-no-cred.htm: Authorization outside the list",
            "return request('GET', via('/a'), xhr => xhr.setRequestHeader('Authorization', 'Bearer t'))",
            gives: "error 0",
            proxied: ["OPTIONS 204"],
            upstream: []
        ),
        .refused(
            "cors/credentials-flag.htm: a refused page of the same site with a cookie",
            through: .credentials,
            from: .strangeSibling,
            "document.cookie = 'a=1'; return show(fetch(via('/a'), {credentials: 'include'}))"
        ),
    ]
}
