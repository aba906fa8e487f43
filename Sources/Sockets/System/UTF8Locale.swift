import Glibc

/// Calls a body on a thread whose texts are UTF-8, for C libraries that ask the locale: a process that has set none
/// has "C".
public func withUTF8Locale<Result>(_ body: () -> Result) -> Result {
    let locale = unsafe newlocale(1 << LC_CTYPE, "C.UTF-8", nil)
    let previous = unsafe uselocale(locale)
    defer {
        unsafe uselocale(previous)
        if let locale = unsafe locale { unsafe freelocale(locale) }
    }
    return body()
}
