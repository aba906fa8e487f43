import Glibc

/// Tells threads of this process apart.
struct ThreadIdentity: Equatable {
    private let thread: pthread_t

    /// The calling thread's.
    static var current: ThreadIdentity { ThreadIdentity(thread: pthread_self()) }
}
