import CORSPolicy
import HTTPSyntax
import HTTPTypes

extension FieldSection {
    private static let timingAllowOrigin = HTTPField.Name("Timing-Allow-Origin")

    /// Adds what the policy's decision has to say to a page, to an upstream's response or an own one alike.
    ///
    /// The section must hold no Access-Control field any more.
    ///
    /// - Parameter redirectsFollowed: How many X-CORS-Redirect-n fields the response has; they are exposed.
    public mutating func apply(_ decision: CORSDecision, status: Int, redirectsFollowed: Int = 0) {
        let names =
            decision.allowsCredentials ? lines.map { String(decoding: name(of: $0), as: UTF8.self) } : []
        let fields = decision.responseFields(status: status, redirectsFollowed: redirectsFollowed) { names }
        for field in fields {
            // The one field among them that an upstream may have sent too.
            if contains(.timingAllowOrigin), field.name == Self.timingAllowOrigin {
                remove(.timingAllowOrigin)
            }
            append(field)
        }
        guard decision.variesByOrigin else { return }
        guard contains(.vary) else { return append(.vary, "Origin") }
        let merged = Vary.merged(elements(of: .vary), adding: ["Origin"])
        remove(.vary)
        append(.vary, merged)
    }
}

extension KnownField {
    /// Fields of an upstream that act on a whole origin: they are for a target that has one to itself.
    ///
    /// - SeeAlso: Client Hints Infrastructure §3; RFC 9842 §2.1; FedCM §2.1.3; HTML §7.1.1.2; RFC 7469; RFC 9163;
    ///   Storage Access Headers; Topics API.
    var actsOnOrigin: Bool {
        switch self {
        case .acceptCH, .criticalCH, .useAsDictionary, .setLogin, .originAgentCluster, .publicKeyPins,
            .publicKeyPinsReportOnly, .expectCT, .activateStorageAccess, .observeBrowsingTopics:
            true
        default:
            false
        }
    }

    /// How the names of further ones begin: device-bound sessions under both their names, attribution reporting,
    /// shared storage.
    static let originFamilies = [
        "secure-session-", "sec-session-", "attribution-reporting-", "shared-storage-",
    ]
    .map { Array($0.utf8) }

    /// Fields of an upstream that would act on the proxy's own origin, which all targets share, or that the
    /// proxy writes itself.
    var isDroppedFromResponses: Bool {
        switch self {
        case .setCookie, .setCookie2, .clearSiteData, .strictTransportSecurity, .altSvc,
            .serviceWorkerAllowed,
            .nel, .reportTo, .reportingEndpoints, .xRequestId:
            true
        default:
            false
        }
    }
}
