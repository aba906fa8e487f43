import Glibc

/// The number that the system knows this process by.
func ownProcessNumber() -> Int32 { getpid() }
