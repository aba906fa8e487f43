import Sockets

/// Wakes the loop, after whose round waiting dials may start.
final class Alarm: EventHandler {
    func ready(for readiness: Readiness) {}
    func deadlinePassed() {}
}
