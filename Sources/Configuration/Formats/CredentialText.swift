/// Finds secrets that are written into a configuration as they are, where the name of a field says what it carries.
///
/// A reference such as `${env:KEY}` is a secret whatever the name. A text is one where the name says so, as in
/// `Authorization`, `X-Api-Key` or `access_token`, or where it starts as credentials do (`Bearer …`).
enum CredentialText {
    /// Words of names, in lower case, that stand for credentials.
    private static let words: Set<String> = [
        "accesskey", "accesstoken", "apikey", "apitoken", "appid", "auth", "authentication", "authorization",
        "authtoken", "bearer", "clientsecret", "cookie", "cookie2", "credential", "credentials", "jwt", "key",
        "passphrase", "passwd", "password", "pwd", "secret", "secretkey", "session", "sessionid", "sid",
        "sig",
        "signature", "token",
    ]
    /// Names with such a word that carry none.
    private static let harmlessNames: Set<String> = [
        "content-signature", "idempotency-key", "sec-websocket-key", "signature-input", "x-idempotency-key",
    ]
    /// How values start that are credentials under any name, in lower case (RFC 6750 §2.1).
    private static let bearer = "bearer "
    /// Shorter parts of a text, such as the name of a colour, are no secrets by themselves.
    private static let minimumPartLength = 8

    /// The secrets in a text at a path, each by itself; none where the place carries no credentials.
    static func secrets(in text: String, at path: SettingPath) -> [String] {
        let keys = path.keys
        guard !text.isEmpty, let name = keys.last, keys.count > 2, keys[keys.count - 3] == "request",
            ["setHeaders", "setQuery"].contains(keys[keys.count - 2])
        else { return [] }
        guard isCredential(name) || text.lowercased().hasPrefix(bearer) else { return [] }
        return [text] + parts(of: text).filter { $0.utf8.count >= minimumPartLength && $0 != text }
    }

    /// Whether a name says that its value is a credential: one of its words does.
    static func isCredential(_ name: String) -> Bool {
        !harmlessNames.contains(name.lowercased()) && wordsOf(name).contains(where: words.contains)
    }

    /// `X-Api-Key`, `x_api_key` and `xApiKey` have the same words.
    private static func wordsOf(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasLowercase = false
        for character in name {
            let isPart = character.isLetter || character.isNumber
            if !isPart || character.isUppercase && wasLowercase {
                words.append(word)
                word = ""
            }
            if isPart { word.append(contentsOf: character.lowercased()) }
            wasLowercase = character.isLowercase
        }
        return (words + [word]).filter { !$0.isEmpty }
    }

    /// `Bearer abc` has a scheme and a token, `a=b; c=d` has two cookies.
    private static func parts(of text: String) -> [String] {
        text.split { " ;,".contains($0) }.flatMap { word in
            let value = word.drop { $0 != "=" }.dropFirst()
            return [String(word)] + (value.isEmpty ? [] : [String(value.filter { $0 != "\"" })])
        }
    }
}
