import Text

extension FieldSection {
    /// Appends `Name: value` CRLF for each line, names as they stood on the wire, and no empty line after them.
    ///
    /// White space that the sender put around a value is made one space before it.
    public func write(to output: inout [UInt8]) {
        var index = 0
        while index < lines.count {
            let first = lines[index]
            guard first.isPlain else {
                write(first, to: &output)
                index &+= 1
                continue
            }
            // Lines that follow each other in the bytes too are copied in one go.
            var end = first.valueEnd &+ 2
            index &+= 1
            while index < lines.count, lines[index].isPlain, lines[index].nameStart == end {
                end = lines[index].valueEnd &+ 2
                index &+= 1
            }
            output.append(contentsOf: bytes[Int(first.nameStart)..<Int(end)])
        }
    }

    private func write(_ line: Line, to output: inout [UInt8]) {
        output.append(contentsOf: bytes[line.nameRange])
        output.append(.colon)
        output.append(.space)
        output.append(contentsOf: bytes[line.valueRange])
        output.append(.carriageReturn)
        output.append(.lineFeed)
    }
}
