import Glibc

/// How long threads have waited for a processor while they could have run.
enum RunDelay {
    /// Holds the descriptor of the kernel's account of each thread that has asked; its end closes it.
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        let status = unsafe pthread_key_create(&key) { held in
            // One more than the number, since none would be a null pointer.
            close(Int32(truncatingIfNeeded: Int(bitPattern: held)) - 1)
        }
        return status == 0 ? key : nil
    }()

    /// The waiting of the calling thread since it began, in nanoseconds; nil where the kernel keeps no account.
    static func ofThisThread() -> UInt64? {
        guard let key, let number = descriptor(key) else { return nil }
        return unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { text in
            let count = unsafe pread(number, text.baseAddress, text.count, 0)
            // Time on a processor, time of waiting for one, and how often it got one.
            var field = 0
            var waited: UInt64?
            for index in 0..<max(0, count) {
                switch unsafe text[index] {
                case UInt8(ascii: " "): field += 1
                case let digit where field == 1:
                    waited = (waited ?? 0) &* 10 &+ UInt64(digit &- UInt8(ascii: "0"))
                default: break
                }
            }
            return waited
        }
    }

    private static func descriptor(_ key: pthread_key_t) -> Int32? {
        if let held = unsafe pthread_getspecific(key) {
            return Int32(truncatingIfNeeded: Int(bitPattern: held)) - 1
        }
        let number = unsafe open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        guard unsafe pthread_setspecific(key, UnsafeRawPointer(bitPattern: Int(number) + 1)) == 0 else {
            close(number)
            return nil
        }
        return number
    }
}
