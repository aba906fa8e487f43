import Testing

extension BrowserSuite {
    @Test(arguments: BrowserCases.followedRedirects)
    func `a redirect that is followed here is none to the browser`(_ test: BrowserCase) throws {
        try check(test)
    }

    @Test(arguments: BrowserCases.returnedRedirects)
    func `a redirect that goes back is the browser's to follow`(_ test: BrowserCase) throws {
        try check(test)
    }
}

extension BrowserCases {
    /// A POST that is redirected with some status, and the request that follows.
    private static func post(_ status: Int, then next: String) -> BrowserCase {
        BrowserCase(
            "fetch/api/redirect/redirect-method.any.js: POST and \(status)",
            "return show(fetch(via('/a', redirect(\(status), direct('/b'))), {method: 'POST', body: 'x'}))",
            gives: "200 ok",
            proxied: ["POST 200"],
            upstream: ["POST /a \"x\"", next]
        )
    }

    static let followedRedirects: [BrowserCase] = [
        BrowserCase(
            "fetch/api/cors/cors-redirect.any.js: within the upstream",
            "const got = await fetch(via('/a', redirect(302, '/b'))); return got.redirected + ' ' + await show(got)",
            gives: "false 200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a", "GET /b"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-redirect.any.js: to another origin",
            "return show(fetch(via('/a', redirect(302, elsewhere('/b')))))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a", "other: GET /b"]
        ),
        post(301, then: "GET /b"),
        post(302, then: "GET /b"),
        post(303, then: "GET /b"),
        post(307, then: "POST /b \"x\""),
        post(308, then: "POST /b \"x\""),
        BrowserCase(
            "fetch/api/redirect/redirect-location.any.js: where it led is told in exposed headers",
            """
            const answer = await fetch(via("/a", redirect(302, elsewhere("/b"))));
            return [answer.headers.get("x-cors-redirect-1") === "302 " + elsewhere("/b"),
              answer.headers.get("x-final-url") === elsewhere("/b")].join()
            """,
            gives: "true,true",
            proxied: ["GET 200"],
            upstream: ["GET /a", "other: GET /b"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-redirect-preflight.any.js: behind a preflight",
            "return show(fetch(via('/a', redirect(307, elsewhere('/b'))), {method: 'PUT', body: 'x'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PUT 200"],
            upstream: ["PUT /a \"x\"", "other: PUT /b \"x\""]
        ),
        BrowserCase(
            "fetch/api/redirect/redirect-mode.any.js: mode error does not mind",
            "return show(fetch(via('/a', redirect(302, '/b')), {redirect: 'error'}))",
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a", "GET /b"]
        ),
        BrowserCase(
            "fetch/api/credentials/authentication-redirection.any.js: Authorization stays with its origin",
            through: .anyAndAuthorization,
            "return show(fetch(via('/a', redirect(302, elsewhere('/b'))), {headers: {Authorization: 'Bearer t'}}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 200"],
            upstream: ["GET /a authorization=Bearer t", "other: GET /b authorization=-"],
            watching: ["Authorization"]
        ),
        BrowserCase(
            "fetch/api/credentials/authentication-redirection.any.js: Authorization goes on within its origin",
            through: .anyAndAuthorization,
            "return show(fetch(via('/a', redirect(302, '/b')), {headers: {Authorization: 'Bearer t'}}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 200"],
            upstream: ["GET /a authorization=Bearer t", "GET /b authorization=Bearer t"],
            watching: ["Authorization"]
        ),
        BrowserCase(
            "fetch/api/redirect/redirect-schemes.html: to another scheme",
            "return ownError(fetch(via('/a', redirect(302, 'ftp://example.com/'))))",
            gives: "400 target-scheme target-scheme",
            proxied: ["GET 400 target-scheme"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/redirect-userinfo.htm: to a URL with a user name",
            "return ownError(fetch(via('/a', redirect(302, elsewhere('/b').replace('//', '//user:pw@')))))",
            gives: "400 target-credentials target-credentials",
            proxied: ["GET 400 target-credentials"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "own error: a redirect to an address that is not public",
            "return ownError(fetch(via('/a', redirect(302, 'http://10.0.0.1/'))))",
            gives: "403 private-address private-address",
            proxied: ["GET 403 private-address"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/redirect/redirect-count.any.js: the sixth goes back to the browser",
            """
            let address = direct("/0");
            for (let index = 1; index <= 6; index++) address = direct("/" + index, redirect(302, address));
            const got = await fetch(proxy + address);
            return got.redirected + " " + await show(got)
            """,
            gives: "true 200 ok",
            proxied: ["GET 302", "GET 200"],
            upstream: ["GET /6", "GET /5", "GET /4", "GET /3", "GET /2", "GET /1", "GET /0"]
        ),
    ]

    static let returnedRedirects: [BrowserCase] = [
        BrowserCase(
            "fetch/api/cors/cors-redirect.any.js: rewritten, within the upstream",
            through: .rewriting,
            "const got = await fetch(via('/a', redirect(302, '/b'))); return got.redirected + ' ' + await show(got)",
            gives: "true 200 ok",
            proxied: ["GET 302", "GET 200"],
            upstream: ["GET /a", "GET /b"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-redirect.any.js: rewritten, to another origin",
            through: .rewriting,
            """
            const got = await fetch(via("/a", redirect(302, elsewhere("/b"))));
            return (got.url === proxy + elsewhere("/b")) + " " + await show(got)
            """,
            gives: "true 200 ok",
            proxied: ["GET 302", "GET 200"],
            upstream: ["GET /a", "other: GET /b"]
        ),
        BrowserCase(
            "fetch/api/cors/cors-redirect-preflight.any.js: rewritten, each URL is asked for first",
            through: .rewriting,
            "return show(fetch(via('/a', redirect(307, '/b')), {method: 'PUT', body: 'x'}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "PUT 307", "OPTIONS 204", "PUT 200"],
            upstream: ["PUT /a \"x\"", "PUT /b \"x\""]
        ),
        BrowserCase(
            "fetch/api/cors/cors-redirect-credentials.any.js: rewritten, with credentials",
            through: .rewritingWithCredentials,
            "return show(fetch(via('/a', redirect(302, '/b')), {credentials: 'include'}))",
            gives: "200 ok",
            proxied: ["GET 302", "GET 200"],
            upstream: ["GET /a", "GET /b"]
        ),
        BrowserCase(
            "fetch/api/credentials/authentication-redirection.any.js: rewritten, within its origin",
            through: .rewritingWithCredentials,
            "return show(fetch(via('/a', redirect(302, '/b')), {headers: {Authorization: 'Bearer t'}}))",
            gives: "200 ok",
            proxied: ["OPTIONS 204", "GET 302", "OPTIONS 204", "GET 200"],
            upstream: ["GET /a authorization=Bearer t", "GET /b authorization=Bearer t"],
            watching: ["Authorization"]
        ),
        BrowserCase(
            "fetch/api/redirect/redirect-mode.any.js: rewritten, mode manual",
            through: .rewriting,
            "const got = await fetch(via('/a', redirect(302, '/b')), {redirect: 'manual'}); return got.type",
            gives: "opaqueredirect",
            proxied: ["GET 302"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "fetch/api/redirect/redirect-mode.any.js: rewritten, mode error",
            through: .rewriting,
            "return show(fetch(via('/a', redirect(302, '/b')), {redirect: 'error'}))",
            gives: "TypeError",
            proxied: ["GET 302"],
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/redirect-preflight.htm: passed, to an upstream without CORS",
            through: .passing,
            "return show(fetch(via('/a', redirect(302, direct('/b')))))",
            gives: "TypeError",
            proxied: ["GET 302"],
            upstream: ["GET /a", "GET /b"]
        ),
        BrowserCase(
            "cors/redirect-origin.htm: passed, to an upstream that allows any origin",
            through: .passing,
            """
            const fields = ["Access-Control-Allow-Origin: *"];
            return show(fetch(via('/a', redirect(302, direct('/b', {fields})))))
            """,
            gives: "200 ok",
            proxied: ["GET 302"],
            upstream: ["GET /a", "GET /b"]
        ),
        .refused(
            "fetch/api/cors/cors-redirect.any.js: a refused page is redirected nowhere",
            through: .rewriting,
            "return show(fetch(via('/a', redirect(302, '/b'))))"
        ),
        .refused(
            "cors/redirect-origin.htm: sent here by another origin, a page of the list is null",
            from: .app,
            """
            const answer = {...redirect(302, via("/b"))};
            answer.fields.push("Access-Control-Allow-Origin: *");
            return show(fetch(direct("/a", answer)))
            """,
            upstream: ["GET /a"]
        ),
        BrowserCase(
            "cors/redirect-origin.htm: sent here by another origin where any is allowed",
            through: .any,
            """
            const answer = {...redirect(302, via("/b"))};
            answer.fields.push("Access-Control-Allow-Origin: *");
            return show(fetch(direct("/a", answer)))
            """,
            gives: "200 ok",
            proxied: ["GET 200"],
            upstream: ["GET /a", "GET /b"]
        ),
    ]
}
