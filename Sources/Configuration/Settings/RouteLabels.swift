extension SettingsLoader {
    /// Words that stand in metrics for what comes under no route.
    private static let reserved = ["none", "prefix"]

    /// Gives each route the name that metrics show: its own, else its path; neither holds a secret.
    mutating func labelRoutes() {
        for index in settings.routes.indices {
            let route = settings.routes[index]
            let name = route.name.flatMap { Self.reserved.contains($0) ? nil : $0 }
            settings.routes[index].label = name ?? route.path
        }
    }
}
