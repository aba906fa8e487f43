import ArgumentParser

/// What the program says to its caller when it ends.
enum ExitStatus: Int32 {
    case fine = 0
    /// Something failed while running.
    case failure = 1
    /// The configuration or the command line is bad.
    case configuration = 2
    case addressInUse = 3

    /// The status as an error that ends a command without a message.
    var code: ExitCode { ExitCode(rawValue) }
}
