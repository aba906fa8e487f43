/// A request of a page, what an upstream answers to it, and what is to come of it.
///
/// In answers and headers `{page}` stands for the page's origin, `{upstream}` for the upstream's and `{other}` for the
/// same server under another name.
struct Combination: Sendable {
    /// The status and the field lines of an answer.
    struct Reply: Sendable {
        let status: Int
        let fields: [String]
        /// All that is sent, in place of the above; the connection is closed behind it.
        var raw: String?

        init(_ status: Int = 200, _ fields: String...) {
            self.status = status
            self.fields = fields
        }

        init(_ status: Int = 200, fields: [String]) {
            self.status = status
            self.fields = fields
        }

        /// Names the page, and more.
        static func open(_ fields: String...) -> Reply {
            Reply(fields: ["Access-Control-Allow-Origin: {page}"] + fields)
        }

        /// Sends text as it is, and closes the connection.
        static func raw(_ text: String) -> Reply {
            var reply = Reply()
            reply.raw = text
            return reply
        }

        static let silent = Reply()
        static let star = Reply(200, "Access-Control-Allow-Origin: *")
        static func redirect(_ status: Int = 302, to location: String) -> Reply {
            Reply(status, "Access-Control-Allow-Origin: {page}", "Location: \(location)")
        }
    }

    let name: String
    var method = "GET"
    var headers: [String] = []
    var credentials = false
    var redirect = "follow"
    var isOpaquePage = false
    var preflight = Reply.silent
    var answer = Reply.open()
    /// At the path to which redirects lead.
    var endPreflight = Reply.open()
    var end = Reply.open()
    /// `allowed`, or Chromium's name for what blocks it.
    let verdict: String
}
