import Foundation

/// Writes a line to standard error.
func printToStandardError(_ line: String) {
    do {
        try FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
    } catch {
        // Standard error is closed: nobody is left to tell.
    }
}
