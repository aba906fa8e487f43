import Text

/// How the values of routes and rules are written.
extension TextFormat where Value == String {
    /// The name of a route: it stands in logs.
    static let routeName = TextFormat(due: "a name") { text, _ throws(Fault) in
        guard (1...63).contains(text.utf8.count), text.utf8.allSatisfy(\.isUnreservedOctet) else {
            throw Fault(
                "\(text.quoted) is no name for a route.",
                mend: #"Write up to 63 letters, digits, "-", ".", "_" and "~"."#
            )
        }
        return text
    }

    /// The path that stands for a target.
    static let routePath = TextFormat(due: "a path") { text, _ throws(Fault) in
        try PlainPath.check(text, example: "/weather/")
        return text
    }

    /// A value of Host that belongs to one route.
    static let routeHost = TextFormat(due: "a host name") { text, validators throws(Fault) in
        guard !text.contains("*") else {
            throw Fault("\(text.quoted) is a pattern.", mend: "Name one host.")
        }
        return try TextFormat.allowedHost.parse(text, validators)
    }

    /// A method as it stands on the wire.
    ///
    /// - SeeAlso: Fetch §2.2.1 (normalize, forbidden method); RFC 9110 §9.1.
    static let method = TextFormat(due: "a method") { text, _ throws(Fault) in
        guard HTTPToken.isValid(text) else {
            throw Fault("\(text.quoted) is not a method.", mend: "Write one such as \"GET\".")
        }
        if FetchMethod.isForbidden(text) {
            throw Fault("\(text.quoted) is never forwarded.", mend: "Remove it.")
        }
        return FetchMethod.normalized(text)
    }
}

extension TextFormat where Value == RouteTarget {
    /// The URL of a target; an empty path becomes `/`.
    static let routeTarget = TextFormat(
        due: "a URL",
        parse: { text, validators throws(Fault) in try RouteTarget(text, validators) },
        text: \.text
    )
}

extension TextFormat where Value == Secret {
    /// A key that clients send as X-Proxy-Key.
    static let clientKey = TextFormat(
        due: "a client key",
        parse: { text, _ throws(Fault) in
            guard !text.isEmpty else {
                throw Fault("A client key cannot be empty.", mend: "Write one, or ${env:NAME}.")
            }
            guard text.utf8.allSatisfy({ $0.isVisibleOctet }) else {
                throw Fault(
                    "A client key holds letters, digits and signs of ASCII only, and no spaces.",
                    mend: "Remove the others."
                )
            }
            return Secret(text)
        },
        text: \.description,
        isShown: false
    )
}
