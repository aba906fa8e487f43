import Glibc

/// Has a function called when the process exits, before those that were registered earlier.
public func callAtExit(_ function: @escaping @convention(c) () -> Void) {
    _ = atexit(function)
}
