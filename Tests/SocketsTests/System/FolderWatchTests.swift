import Dispatch
import Foundation
import TestSupport
import Testing

@testable import Sockets

@Suite(.serialized) struct FolderWatchTests {
    private let folder: TemporaryFolder
    private let calls = Counter()
    private let queue = DispatchQueue(label: "test.folder")

    init() throws {
        folder = try TemporaryFolder()
    }

    private func watch(_ folders: Set<String>) throws -> FolderWatch {
        try FolderWatch(folders, queue: queue) { [calls] in calls.add() }
    }

    private func isTold(_ what: String, _ change: () throws -> Void) throws {
        let before = calls.value
        try change()
        try eventually(what) { calls.value > before }
    }

    @Test func `files that come, change, move and go are told of`() throws {
        let watch = try watch([folder.path])
        let file = "\(folder.path)/a"
        try isTold("a new file") { try folder.write("1", to: "a") }
        try isTold("a change") {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
            try handle.write(contentsOf: Data("2".utf8))
            try handle.close()
        }
        try isTold("a new name") { #expect(rename(file, "\(folder.path)/b") == 0) }
        try isTold("a new mode") { #expect(chmod("\(folder.path)/b", 0o600) == 0) }
        try isTold("a link") { #expect(symlink("b", "\(folder.path)/c") == 0) }
        try isTold("the end") { #expect(unlink("\(folder.path)/b") == 0) }
        withExtendedLifetime(watch) {}
    }

    @Test func `a folder that is not there leaves the others watched`() throws {
        let watch = try watch(["\(folder.path)/none", folder.path])
        try isTold("a new file") { try folder.write("1", to: "a") }
        withExtendedLifetime(watch) {}
    }

    @Test func `it ends with its owner, and its descriptor too`() throws {
        let before = try watchCount()
        do {
            let watch = try watch([folder.path])
            #expect(try watchCount() == before + 1)
            try isTold("a new file") { try folder.write("1", to: "a") }
            withExtendedLifetime(watch) {}
        }
        try eventually("the descriptor is closed") { try watchCount() == before }
        queue.sync {}
        let seen = calls.value
        try folder.write("2", to: "b")
        // Whatever was under way has been delivered by then.
        let other = try TemporaryFolder()
        let told = Counter()
        let later = try FolderWatch([other.path], queue: queue) { told.add() }
        try other.write("3", to: "c")
        try eventually("the other one is told") { told.value > 0 }
        #expect(calls.value == seen)
        withExtendedLifetime(later) {}
    }

    /// How many descriptors of inotify this process has.
    private func watchCount() throws -> Int {
        let manager = FileManager.default
        return try manager.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
            let target = Result { try manager.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)") }
            // Another test may have closed it meanwhile.
            guard case .success(let text) = target else { return false }
            return text.contains("inotify")
        }
    }
}
