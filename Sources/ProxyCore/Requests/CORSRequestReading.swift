import CORSPolicy
import HTTPSyntax
import HTTPTypes
import Text

// What planning reads off the head of a request.

extension CORSRequest {
    /// Reads what the policy looks at.
    init(_ head: RequestHead, origin: String?) {
        let fields = head.fields
        self.init(
            method: head.method.rawValue,
            origin: origin,
            requestMethod: fields.string(of: .accessControlRequestMethod),
            requestHeaders: fields.strings(of: .accessControlRequestHeaders),
            requestsPrivateNetwork: fields.string(of: .accessControlRequestPrivateNetwork) == "true",
            secFetchSite: fields.string(of: .secFetchSite)
        )
    }
}

extension TargetOrigin {
    /// Whether the host is a name of letters, digits, hyphens and dots, and no address: all that an international
    /// name may come to.
    var isPlainName: Bool {
        let bytes = host.utf8.span
        var hasLetter = false
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "."): hasLetter = false
            case UInt8(ascii: "-"): hasLetter = true
            case let byte where byte.isLetter: hasLetter = true
            case let byte where byte.isDigit: break
            default: return false
            }
        }
        // Names that end in a number are addresses (URL Standard, "ends in a number").
        return hasLetter
    }
}

extension RequestHead {
    /// Whether a browser asks for the script of a service worker; each of the two fields says so by itself, and
    /// some browsers send no Sec-Fetch-Dest.
    ///
    /// - SeeAlso: Service Workers §5.7 (Service-Worker).
    var asksForServiceWorker: Bool {
        FetchDestination(fields.value(of: .secFetchDest)).isRefused
            || fields.contains("script", in: .serviceWorker)
    }
}

extension FieldSection {
    /// Whether Via tells that this very process has forwarded the message before (RFC 9110 §7.6.3).
    func names(pseudonym: String) -> Bool {
        elements(of: .via).contains { element in
            element.split(separator: UInt8(ascii: " ")).dropFirst().first?.elementsEqual(pseudonym.utf8)
                == true
        }
    }
}

extension HTTPRequest.Method {
    /// Methods that are never forwarded: Fetch §2.2.1 forbids them to pages, RFC 9110 makes them dangerous.
    var isForbidden: Bool {
        rawValue.utf8.count >= 5 && FetchMethod.forbidden.contains(rawValue)
    }
}
