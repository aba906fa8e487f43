extension SettingsLoader {
    /// Words that stand in metrics for what comes under no route.
    private static let reserved = ["none", "prefix"]

    /// Gives each route the name that metrics show: its own, else its path; never one that holds a secret.
    mutating func labelRoutes() {
        for index in settings.routes.indices {
            let path = SettingPath("routes[\(index)]")
            let route = settings.routes[index]
            if let name = route.name, !Self.reserved.contains(name),
                sources.secret(within: path.appending("name")) == nil
            {
                settings.routes[index].label = name
            } else if sources.secret(within: path.appending("path")) == nil {
                settings.routes[index].label = route.path
            } else {
                settings.routes[index].label = "routes[\(index)]"
            }
        }
    }
}
