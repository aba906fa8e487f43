import BrowserModel
import Foundation

/// The error of a corsway that is asked as any server is: its body says what to do.
enum OwnRefusal {
    /// More than any such body has.
    private static let maximumBytes = 65_536

    private struct Body: Decodable {
        struct Content: Decodable {
            let code: String
            let message: String
            let hint: String
        }
        let error: Content
    }

    /// Whether all has come that is wanted of an answer: its head, and the body too where that is such an error.
    static func isRead(_ bytes: [UInt8], hasEnded: Bool, to request: WireRequest) -> Bool {
        guard !hasEnded else { return true }
        switch ResponseReading(bytes, hasEnded: false, to: request) {
        case .incomplete: return false
        case .failed: return true
        case .answer(let answer, let length): return bytes.count >= length + bodyLength(of: answer)
        }
    }

    private static func bodyLength(of answer: WireAnswer) -> Int {
        guard answer.value(of: "X-Corsway-Error") != nil, let length = answer.value(of: "Content-Length")
        else { return 0 }
        return min(Int(length) ?? 0, maximumBytes)
    }

    /// Reads an answer, with what such an error says as its remark.
    static func note(in bytes: [UInt8], hasEnded: Bool, to request: WireRequest) -> ResponseReading {
        let reading = ResponseReading(bytes, hasEnded: hasEnded, to: request)
        guard case .answer(let answer, let length) = reading, bodyLength(of: answer) > 0,
            let body = try? JSONDecoder().decode(Body.self, from: Data(bytes[length...]))
        else { return reading }
        let told = answer.with(
            remark: "\(body.error.message) \(body.error.hint)",
            proxyError: body.error.code
        )
        return .answer(told, length: length)
    }
}

extension ResponseReading {
    /// Reads what has come of the answer to a request.
    init(_ bytes: [UInt8], hasEnded: Bool, to request: WireRequest) {
        self.init(bytes, hasEnded: hasEnded, from: request.url, ofHandshake: request.isHandshake)
    }
}
