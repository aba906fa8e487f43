@testable import Configuration

/// Loads a configuration from a text, as from a file named `test.json`.
func load(
    _ json: String?,
    flags: Flags = Flags(),
    environment: [String: String] = [:],
    validators: Validators = Validators()
) throws(ConfigurationError) -> Settings {
    let file = json.map { LocalFile(name: "test.json", bytes: Array($0.utf8)) }
    return try Settings.load(file, flags: flags, environment: environment, validators: validators)
}

/// The lines that a configuration is refused with; empty where it is not.
func refusals(
    _ json: String?,
    flags: Flags = Flags(),
    environment: [String: String] = [:],
    validators: Validators = Validators()
) -> [String] {
    do throws(ConfigurationError) {
        _ = try load(json, flags: flags, environment: environment, validators: validators)
        return []
    } catch {
        return error.problems.filter { $0.severity == .error }.map(\.description)
    }
}
