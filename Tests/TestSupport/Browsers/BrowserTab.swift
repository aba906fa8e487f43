import Foundation

/// A tab of either browser.
package protocol BrowserTab: AnyObject {
    /// Goes to a URL and waits until its document is there.
    func navigate(to url: String) throws

    /// Runs an expression in the page, waits for the promise that it makes, and returns that one's string.
    func evaluate(_ expression: String) throws -> String
}

extension BrowserPage: BrowserTab {}

/// The first of some browsers' names that is on the path; nil where there is none.
func installedProgram(_ names: [String]) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map(String.init) + ["/usr/bin"]
    return names.flatMap { name in folders.map { "\($0)/\(name)" } }.first(where: isBrowser)
}

/// Whether a path leads to a browser; Ubuntu's leads to snap, whose programs see none of our folders.
private func isBrowser(_ path: String) -> Bool {
    guard FileManager.default.isExecutableFile(atPath: path), !path.hasPrefix("/snap/") else { return false }
    let start = FileHandle(forReadingAtPath: path)?.readData(ofLength: 4_096) ?? Data()
    return start.range(of: Data("/snap/bin/".utf8)) == nil
}

/// Has a certificate in PEM trusted by what keeps its authorities in a folder, as users do it.
func trust(_ authority: String, in folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try run("certutil", ["-d", "sql:\(folder)", "-N", "--empty-password"])
    try run("certutil", ["-d", "sql:\(folder)", "-A", "-t", "C,,", "-n", "corsway", "-i", authority])
}
