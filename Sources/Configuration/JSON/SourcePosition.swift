/// A place in a text file.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from 1; LF, CR and CRLF end one.
    public let line: Int
    /// The column, counted from 1 in Unicode scalars.
    public let column: Int

    /// Makes a position; both numbers count from 1.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `line:column`, as compilers write it.
    public var description: String { "\(line):\(column)" }
}
