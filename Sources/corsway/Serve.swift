import Configuration

/// Serves until a signal ends it.
func serve(_ settings: Settings) -> ExitStatus {
    printToStandardError("corsway: error: This build has no server yet.")
    return .failure
}
