import IPAddresses
import Text

/// A target that is connected to elsewhere, while Host and the name for TLS stay.
public struct HostOverride: Sendable, Equatable {
    /// One host, perhaps with a port.
    public struct Endpoint: Sendable, Equatable {
        /// A lower-case name, an IPv4 address, or an IPv6 address in brackets.
        public let host: String
        /// 1–65535; nil for whichever port the target has.
        public let port: UInt16?
    }

    /// The target as its URL has it.
    public let target: Endpoint
    /// Where the connection goes.
    public let destination: Endpoint
}

extension HostOverride.Endpoint {
    /// Reads `host` or `host:port`.
    fileprivate init(_ text: String, _ validators: Validators) throws(Fault) {
        let parts = HostAndPort(text[...])
        guard let digits = parts.port else {
            try self.init(host: text, port: nil, validators)
            return
        }
        guard digits.utf8.allSatisfy(\.isDigit), let port = UInt16(digits), port > 0 else {
            throw Fault(
                "\(text.quoted) has no valid port.",
                mend: "Write a port from 1 to 65535 after the colon."
            )
        }
        try self.init(host: String(parts.host), port: port, validators)
    }

    private init(host: String, port: UInt16?, _ validators: Validators) throws(Fault) {
        guard !host.contains("*") else {
            throw Fault("\(host.quoted) is a pattern.", mend: "Name one host.")
        }
        self.host = try TextFormat.allowedHost.parse(host, validators)
        self.port = port
    }
}

extension ValueFormat where Value == [HostOverride] {
    /// An object of targets and destinations.
    static var hostOverrides: Self {
        Self(
            schema: { _ in ["type": "object", "additionalProperties": ["type": "string"], "default": [:]] },
            read: { value, overrides, reader in
                guard case .object(let members) = value.content else {
                    return reader.refuseType(of: value, due: "an object of hosts")
                }
                for member in members {
                    reader.within(member.key) { reader in
                        if let override = reader.readOverride(member) { overrides.append(override) }
                    }
                }
            }
        )
    }
}

extension SettingsReader {
    fileprivate mutating func readOverride(_ member: JSONMember) -> HostOverride? {
        let target: HostOverride.Endpoint
        do throws(Fault) {
            target = try HostOverride.Endpoint(member.key, validators)
        } catch {
            refuse(at: member.keyPosition, error)
            return nil
        }
        guard case .string(let text) = member.value.content else {
            refuseType(of: member.value, due: "a string such as \"127.0.0.1:9000\"")
            return nil
        }
        do throws(Fault) {
            return HostOverride(target: target, destination: try .init(text, validators))
        } catch {
            refuse(member.value, error)
            return nil
        }
    }
}
