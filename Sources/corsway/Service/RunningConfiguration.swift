import Configuration
import HTTPSyntax
import IPAddresses
import Upstream

/// The configuration that a running proxy has in force, as its admin listener tells it.
struct RunningConfiguration {
    /// Why it cannot be had, in a sentence.
    struct Failure: Error {
        let reason: String
    }

    private static let maximumBytes = 8 << 20
    private static let timeout = Duration.seconds(5)

    let outline: SettingsOutline

    /// Asks the admin listener that settings open.
    init(of admin: AdminSettings) throws(Failure) {
        guard admin.isEnabled else {
            throw Failure(reason: "The file opens no admin listener (admin.enabled).")
        }
        let authority = admin.listen.authorityOnThisMachine
        let request: DirectRequest
        let status: Int
        do {
            request = try Self.request(authority, token: admin.token)
            status = try request.send().status
        } catch let error as DirectRequestError {
            throw Failure(reason: "http://\(authority)/config: \(error.healthText).")
        } catch {
            throw Failure(reason: "http://\(authority)/config cannot be asked.")
        }
        guard status == 200, let outline = SettingsOutline(described: request.body) else {
            throw Failure(
                reason: "http://\(authority)/config answers with status \(status), and no configuration."
            )
        }
        self.outline = outline
    }

    private static func request(_ authority: String, token: Secret?) throws -> DirectRequest {
        let origin = try TargetURLParser().origin(scheme: "http", authority: authority)
        return try DirectRequest(
            "GET",
            TargetURL(origin: origin, pathAndQuery: "/config"),
            fields: token.map { [(name: "Authorization", value: "Bearer \($0.text)")] } ?? [],
            over: ConnectionRequest(toRunningProxy: origin, timeout: timeout),
            timeout: timeout,
            maximumBodyBytes: maximumBytes
        )
    }
}
