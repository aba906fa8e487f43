/// The check of whether client keys can be guessed.
struct ClientKeyCheck: SettingsCheck {
    var report: CheckReport

    mutating func check() {
        let routes = settings.routes.enumerated().map { ("routes[\($0)].clientKeys", $1.clientKeys) }
        for (path, keys) in [("clientKeys", settings.clientKeys)] + routes {
            for (index, key) in keys.enumerated()
            where key.text.utf8.count < 16 && !loaded.hasError(within: "\(path)[\(index)]") {
                add(
                    .warning,
                    at: SettingPath(path).appending(index: index),
                    Fault("A key this short can be guessed.", mend: "Write 16 random characters or more.")
                )
            }
        }
    }
}
