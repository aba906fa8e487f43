import Configuration
import Foundation
import Synchronization

/// Loads the configuration on a thread of its own: a file may be a pipe to which nobody writes, and the program
/// has to hear of its end all the same.
final class ConfigurationLoad: Sendable {
    private let origin: SettingsSource
    private let result = Mutex<Result<Settings, ConfigurationError>?>(nil)

    init(_ origin: SettingsSource) {
        self.origin = origin
    }

    /// Begins to load; `completion` is called on another thread when `take` has something to give.
    func start(_ completion: @escaping @Sendable () -> Void) {
        Thread.detachNewThread { [self] in
            let loaded = Result { () throws(ConfigurationError) in try origin.load() }
            result.withLock { $0 = loaded }
            completion()
        }
    }

    /// Hands out what the load came to; nil where it has not ended.
    func take() -> Result<Settings, ConfigurationError>? {
        result.withLock { $0.take() }
    }
}
