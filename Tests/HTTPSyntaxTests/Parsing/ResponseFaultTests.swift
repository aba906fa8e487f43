import TestSupport
import Testing

@testable import HTTPSyntax

private let start = "HTTP/1.1 200 OK\r\nServer: x\r\n"
private let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

/// What is said of a response that breaks a rule.
@Suite struct ResponseFaultTests {
    /// What is wrong with a response that comes in pieces which end at `cuts` and at its end.
    private func fault(_ bytes: [UInt8], cuts: some Sequence<Int> = []) -> ResponseFault? {
        var reader = ResponseReader(to: .get)
        var start = 0
        for cut in Array(cuts) + [bytes.count] {
            let piece = Array(bytes[start..<cut])
            var offset = 0
            do throws(SyntaxError) {
                reading: while true {
                    switch try reader.next(in: piece.span, from: &offset) {
                    case .interim, .head, .upgraded, .data: continue
                    case .needsMore, .end: break reading
                    }
                }
            } catch {
                return reader.fault(error, in: piece.span, at: offset)
            }
            start = cut
        }
        return nil
    }

    @Test(arguments: [
        ("SSH-2.0-OpenSSH_9.2\r\n", SyntaxError.malformedVersion, "\"SSH-2.0-OpenSSH_9.2\""),
        ("<html>\u{00}\"\\", .malformedVersion, #""<html>\x00\"\\""#),
        ("HTTP/9.9 200 OK\r\n", .unsupportedVersion, #""HTTP/9.9 200 OK""#),
        ("HTTP/1.1 20 OK\r\n", .invalidStatus, #""HTTP/1.1 20 OK""#),
        ("HTTP/1.1 200 OK\nA: b", .bareLineFeed, #""HTTP/1.1 200 OK""#),
        (
            "HTTP/1.1 200 \(String(repeating: "x", count: 50))\n", .bareLineFeed,
            "\"HTTP/1.1 200 \(String(repeating: "x", count: 27))...\""
        ),
        ("\(start)Set-Cookie: secret\u{1}", .invalidFieldValue, #""\x01" in "Set-Cookie""#),
        ("\(start)Set-Cookie: secret\n", .bareLineFeed, #"in "Set-Cookie""#),
        ("\(start)Set-Cookie: secret\rx", .bareCarriageReturn, #"in "Set-Cookie""#),
        ("\(start)Set-Cookie: a\r\n secret", .obsoleteLineFolding, #"behind "Set-Cookie""#),
        ("\(start)Set-Cookie: a\r\nsecret\r\n", .missingColon, #"behind "Set-Cookie""#),
        ("\(start)Set-Cookie: a\r\n<secret", .invalidFieldName, #""<" behind "Set-Cookie""#),
        ("\(start)X-A : 1\r\n", .whitespaceBeforeColon, #""X-A ""#),
        ("\(start): 1\r\n", .emptyFieldName, #"behind "Server""#),
        ("HTTP/1.1 200 OK\r\n A: 1\r\n", .whitespaceBeforeFirstField, "in the first field"),
        (
            "\(start)Transfer-Encoding: chunked, chunked\r\n\r\n", .unsupportedTransferCoding,
            #""Transfer-Encoding: chunked, chunked""#
        ),
        (
            "\(start)Content-Length: 5\r\nContent-Length: 6\r\n\r\n", .multipleContentLengths,
            #""Content-Length: 5", "Content-Length: 6""#
        ),
        (
            "\(start)Content-Length: 5\r\nA: b\r\ntransfer-encoding: chunked\r\n\r\n", .conflictingFraming,
            #""Content-Length: 5", "transfer-encoding: chunked""#
        ),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", .unaskedUpgrade, ""),
        (String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 21), .tooManyInterimResponses, ""),
    ])
    func `names the rule and shows what broke it, but no value that may be secret`(
        text: String,
        rule: SyntaxError,
        seen: String
    ) throws {
        let bytes = octets(text)
        #expect(fault(bytes) == ResponseFault(rule, seen: seen))
        // Of bytes that come one by one no more is there when the rule breaks.
        for fault in [fault(bytes), fault(bytes, cuts: 0..<bytes.count)] {
            #expect(fault?.rule == rule)
            #expect(fault?.clause.contains("secret") == false)
            #expect(fault?.clause != SyntaxError.invalidHost.clause)
        }
    }

    @Test(arguments: [
        ("zz\r\n", SyntaxError.invalidChunkSize, #""z""#), ("5\r\nhelloX", .missingChunkEnd, #""X""#),
        ("5;a\u{7}", .invalidChunkExtension, #""\x07""#), ("5\n", .bareLineFeed, ""),
        ("5 5\r\n", .invalidChunkSize, #""5 5""#),
        ("0\r\nX-T: secret\u{1}", .invalidFieldValue, #""\x01" in "X-T""#),
    ])
    func `shows what broke the chunks of a body`(text: String, rule: SyntaxError, seen: String) {
        #expect(fault(octets(chunked + text)) == ResponseFault(rule, seen: seen))
        var reader = ResponseReader(to: .get)
        var offset = 0
        let bytes = octets(chunked + text)
        _ = Result { try reader.next(in: bytes.span, from: &offset) }
        #expect(reader.faultAhead(in: bytes.span, from: offset) == ResponseFault(rule, seen: seen))
    }

    @Test func `shows no more than 200 bytes, whatever comes`() {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<2_000 {
            let long = String(
                repeating: "Transfer-Encoding: \(String(repeating: "x", count: 90))\r\n",
                count: 9
            )
            let bytes = octets("\(start)\(long)\r\n") + [UInt8](repeating: 0, count: 9)
            var mutated = bytes
            for _ in 0..<4 {
                mutated[Int.random(in: 0..<mutated.count, using: &generator)] = .random(
                    in: 0...255,
                    using: &generator
                )
            }
            for each in [bytes, mutated] {
                guard let seen = fault(each)?.seen else { continue }
                #expect(seen.utf8.count <= 200)
                #expect(seen.utf8.allSatisfy { (0x20...0x7E).contains($0) })
            }
        }
    }

    @Test func `every rule has a name and a clause of its own`() {
        let rules = SyntaxError.allCases
        #expect(Set(rules.map(\.name)).count == rules.count)
        #expect(Set(rules.map(\.clause)).count == rules.count)
        #expect(rules.allSatisfy { $0.clause != "it is not valid HTTP/1.1" })
        #expect(
            rules.allSatisfy { $0.name.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".contains($0) } }
        )
        #expect(SyntaxError.conflictingFraming.name == "conflicting-framing")
        #expect(SyntaxError.transferEncodingInHTTP10.name == "transfer-encoding-in-http10")
    }
}
