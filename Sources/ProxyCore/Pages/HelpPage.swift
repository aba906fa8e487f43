import Text

/// The page at the proxy's own address: how to use the prefix form, and a form to try it.
///
/// Self-contained: nothing is loaded from elsewhere, and nothing but the escaped base URL varies in it.
public struct HelpPage: Sendable {
    private let baseURL: String

    /// The policy that the HTML page is served with; the hashes admit its own style and script alone.
    ///
    /// - SeeAlso: Content Security Policy Level 3.
    public static let contentSecurityPolicy = """
        default-src 'none'; style-src '\(styleHash)'; script-src '\(scriptHash)'; connect-src 'self'; \
        img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        """

    static let styleHash = "sha256-s+mNt0VAM9tFzZ5DWJIHZcK1rkjAH46XgX0/1nRna2k="
    static let scriptHash = "sha256-h/SxPpdrONSH8OJizBhsK+KjkJ+dhVsYm3Ia7DP26rc="

    /// Makes the page for one address of the proxy.
    ///
    /// - Parameter baseURL: Scheme, authority and base path, for example `http://localhost:8080` or
    ///   `https://example.com/cors/`.
    public init(baseURL: String) {
        self.baseURL = baseURL.hasSuffix("/") ? baseURL : baseURL + "/"
    }

    /// Whether a client wants the HTML page: only where its Accept names `text/html`, as browsers' does.
    public static func prefersHTML(accept: String?) -> Bool {
        accept?.lowercased().contains("text/html") ?? false
    }

    /// The page for terminals, `text/plain; charset=utf-8`.
    public var text: String {
        let base = Self.printable(baseURL)
        return """
            Corsway: read other sites' APIs from a page, as far as this proxy's policy allows.

            Put the whole URL behind the proxy's address:

              \(base)https://api.example.com/data

            From a page:

              fetch("\(base)https://api.example.com/data")

            From a shell:

              curl -i -H 'Origin: http://localhost:3000' '\(base)https://api.example.com/data'

            The answer carries the headers that let the page read it. X-Request-URL and X-Final-URL tell what
            was asked and where redirects led. Errors of the proxy's own are JSON and have X-Corsway-Error.

            \(base)iscorsneeded answers "no" to a page that needs no proxy to read it.

            """
    }

    /// The page for browsers, `text/html; charset=utf-8`, to be served with `contentSecurityPolicy`.
    public var html: String {
        let base = Self.escaped(Self.printable(baseURL))
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Corsway</title>
            <link rel="icon" href="data:,">
            <style>\(Self.style)</style>
            </head>
            <body>
            <main>
            <h1>Corsway</h1>
            <p>Read other sites’ APIs from a page, as far as this proxy’s policy allows.</p>
            <h2>Try it</h2>
            <form>
            <select name="verb" aria-label="Method"><option>GET<option>HEAD<option>POST<option>OPTIONS</select>
            <input name="address" aria-label="URL" placeholder="https://api.example.com/data" required
              inputmode="url" autocomplete="off" autocapitalize="off" spellcheck="false">
            <button>Fetch</button>
            </form>
            <noscript><p>The form needs JavaScript; the lines below do not.</p></noscript>
            <pre id="answer" aria-live="polite" hidden></pre>
            <h2>Use it</h2>
            <p>Put the whole URL behind the proxy’s address.</p>
            <pre>fetch("\(base)https://api.example.com/data")</pre>
            <pre>curl -i -H 'Origin: http://localhost:3000' '\(base)https://api.example.com/data'</pre>
            <p>The answer carries the headers that let the page read it. <code>X-Request-URL</code> and
            <code>X-Final-URL</code> tell what was asked and where redirects led. Errors of the proxy’s own are
            JSON and have <code>X-Corsway-Error</code>.</p>
            </main>
            <script>\(Self.script)</script>
            </body>
            </html>

            """
    }

    /// The text with all but printable ASCII left out: a URL has nothing else, whoever sent its Host.
    private static func printable(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0.isVisibleOctet }, as: UTF8.self)
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
