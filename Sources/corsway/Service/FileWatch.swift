import Configuration
import Dispatch
import Foundation
import Sockets

/// Tells when what is in some files has changed, however it was brought there.
///
/// Editors rename a new file over the old one, and Kubernetes swaps a link to a folder: so the folders are watched,
/// and contents compared.
final class FileWatch {
    private static let restMilliseconds = 100

    private let watch: FolderWatch

    /// Watches files, also those that do not exist yet.
    ///
    /// - Parameter changed: Called once for changes that come together, at most every 100 ms; also where a file
    ///   is not any more what it was when it was loaded.
    init(_ files: [ConfigurationFile], changed: @escaping @Sendable () -> Void) throws(SystemError) {
        let queue = DispatchQueue(label: "corsway.files")
        let pending = PendingComparison(files)
        let compare: @Sendable () -> Void = {
            guard pending.begin() else { return }
            queue.asyncAfter(deadline: .now() + .milliseconds(Self.restMilliseconds)) {
                if pending.endsWithChange() { changed() }
            }
        }
        watch = try FolderWatch(Self.folders(of: files.map(\.path)), queue: queue, handler: compare)
        queue.async(execute: compare)
    }

    /// The folders where the files are named, and where links lead to.
    private static func folders(of paths: [String]) -> Set<String> {
        Set(
            paths.flatMap { path in
                let url = URL(fileURLWithPath: path)
                return [url, url.resolvingSymlinksInPath()].map { $0.deletingLastPathComponent().path }
            }
        )
    }
}
