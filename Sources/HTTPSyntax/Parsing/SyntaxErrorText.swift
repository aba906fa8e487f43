extension SyntaxError {
    /// The rule as a label: `conflictingFraming` is `conflicting-framing`, `transferEncodingInHTTP10` is
    /// `transfer-encoding-in-http10`.
    public var name: String {
        var name = ""
        var afterCapital = true
        for character in "\(self)" {
            if character.isUppercase, !afterCapital { name += "-" }
            afterCapital = character.isUppercase
            name += character.lowercased()
        }
        return name
    }

    /// What is wrong with the message, as a clause without a full stop.
    public var clause: String {
        startLineClause ?? fieldClause ?? framingClause ?? chunkClause ?? "it is not valid HTTP/1.1"
    }

    private var startLineClause: String? {
        switch self {
        case .tooManyEmptyLines: "empty lines stand before it"
        case .malformedRequestLine: "its first line is not a method, a target and a version"
        case .invalidMethod: "its method is no token"
        case .methodTooLong: "its method is too long"
        case .invalidTarget: "its target holds a byte that no URL has"
        case .targetTooLong: "its target is too long"
        case .malformedVersion: "it does not begin with a version of HTTP"
        case .unsupportedVersion: "its version of HTTP is neither 1.0 nor 1.1"
        case .malformedStatusLine: "its first line is not a version, a status and a reason"
        case .invalidStatus: "its status is not a number from 100 to 999"
        case .invalidReason: "the text behind its status holds a control character"
        case .unaskedUpgrade: "it switches to another protocol unasked (status 101)"
        case .wrongUpgrade: "its status 101 does not switch to WebSocket"
        case .wrongWebSocketAccept: "its Sec-WebSocket-Accept does not fit the key of the handshake"
        case .unofferedSubprotocol: "it chooses a subprotocol that was not offered"
        case .tooManyInterimResponses: "more than 20 interim responses (status 1xx) stand before it"
        default: nil
        }
    }

    private var fieldClause: String? {
        switch self {
        case .bareCarriageReturn: "a carriage return stands without a line feed behind it"
        case .bareLineFeed: "a line ends in a line feed without a carriage return before it"
        case .whitespaceBeforeFirstField: "white space stands before its first field"
        case .obsoleteLineFolding: "a field is folded over two lines"
        case .emptyFieldName: "a field has no name"
        case .invalidFieldName: "the name of a field holds a byte that no name has"
        case .whitespaceBeforeColon: "white space stands between the name of a field and its colon"
        case .missingColon: "a line of its header has no colon"
        case .invalidFieldValue: "the value of a field holds a control character"
        case .headTooLarge: "its header is too long"
        case .tooManyFields: "it has too many fields"
        case .missingHost: "it has no Host field"
        case .multipleHosts: "it has more than one Host field"
        case .invalidHost: "its Host field is no host with, at most, a port"
        default: nil
        }
    }

    private var framingClause: String? {
        switch self {
        case .conflictingFraming: "it has both Content-Length and Transfer-Encoding"
        case .multipleContentLengths: "it has more than one Content-Length"
        case .invalidContentLength: "its Content-Length is no number"
        case .contentLengthTooLarge: "its Content-Length is too large"
        case .multipleTransferEncodings: "it has more than one Transfer-Encoding"
        case .transferEncodingInHTTP10: "it has a Transfer-Encoding in HTTP/1.0"
        case .unsupportedTransferCoding: "its Transfer-Encoding is not \"chunked\" alone"
        default: nil
        }
    }

    private var chunkClause: String? {
        switch self {
        case .invalidChunkSize: "the size of a chunk is no hexadecimal number"
        case .chunkSizeTooLarge: "the size of a chunk is too large"
        case .invalidChunkExtension: "the extension of a chunk holds a control character"
        case .chunkLineTooLong: "the line of a chunk is longer than 256 bytes"
        case .missingChunkEnd: "a chunk is longer than its size says"
        case .trailersTooLarge: "the fields behind its body are longer than 8 KiB"
        default: nil
        }
    }
}
