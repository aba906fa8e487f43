public enum HelpPage {
    public static let contentSecurityPolicy = "default-src 'none'"
    public static func prefersHTML(accept: ArraySlice<UInt8>?) -> Bool { false }
    public static func html(base: String) -> String { "" }
    public static func text(base: String) -> String { "help" }
}
