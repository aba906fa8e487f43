import Text

extension AccessRecord {
    /// Appends one line of JSON with a line feed at its end; `error` is there only where there is one, `tunnel` where
    /// one has opened or ended, and `ending` where it has ended.
    public func writeJSON(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"time":"#.utf8)
        JSONString.write(timestamp, to: &bytes)
        bytes.append(contentsOf: #","client":"#.utf8)
        JSONString.write(client, to: &bytes)
        bytes.append(contentsOf: #","method":"#.utf8)
        JSONString.write(method, to: &bytes)
        bytes.append(contentsOf: #","target":"#.utf8)
        JSONString.write(target, to: &bytes)
        bytes.append(contentsOf: #","status":"#.utf8)
        bytes.appendDecimal(Int64(status))
        bytes.append(contentsOf: #","durationMs":"#.utf8)
        writeMilliseconds(to: &bytes)
        bytes.append(contentsOf: #","bytesSent":"#.utf8)
        bytes.appendDecimal(bytesSent)
        bytes.append(contentsOf: #","bytesReceived":"#.utf8)
        bytes.appendDecimal(bytesReceived)
        bytes.append(contentsOf: #","cors":"#.utf8)
        JSONString.write(verdict.rawValue, to: &bytes)
        bytes.append(contentsOf: #","reason":"#.utf8)
        JSONString.write(reason, to: &bytes)
        if let errorCode {
            bytes.append(contentsOf: #","error":"#.utf8)
            JSONString.write(errorCode.rawValue, to: &bytes)
        }
        switch tunnel {
        case nil: break
        case .opened: bytes.append(contentsOf: #","tunnel":"opened""#.utf8)
        case .ended(let ending):
            bytes.append(contentsOf: #","tunnel":"ended","ending":"#.utf8)
            JSONString.write(ending.rawValue, to: &bytes)
        }
        bytes.append(contentsOf: #","requestId":"#.utf8)
        JSONString.write(requestID, to: &bytes)
        bytes.append(contentsOf: "}\n".utf8)
    }
}
