import Foundation
import Support

/// A disk of its own with a file system: an image in memory, mounted, of which a copy can be taken as the power is lost.
///
/// Needs root. Lent by `with`.
struct TestDisk {
    enum FileSystem: String, CaseIterable, Sendable {
        case ext4, xfs, btrfs

        /// The least that it takes, and some room.
        var mebibytes: Int {
            switch self {
            case .ext4: 24
            case .xfs: 320
            case .btrfs: 128
            }
        }

        /// The journal of ext4 is not written by and by, but only when something is synchronised.
        var options: String { self == .ext4 ? "loop,commit=300" : "loop" }

        var maker: [String] {
            switch self {
            case .ext4: ["/sbin/mkfs.ext4", "-q", "-F", "-m", "0"]
            case .xfs: ["/sbin/mkfs.xfs", "-q", "-f"]
            case .btrfs: ["/sbin/mkfs.btrfs", "-q", "-f"]
            }
        }
    }

    private let kind: FileSystem
    private let folder: URL

    /// Where it is mounted; after a loss of power, what is left of it.
    var root: URL { folder.appending(path: "disk") }

    private init(_ kind: FileSystem, in folder: URL) async throws {
        self.kind = kind
        self.folder = folder
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        try await Command.run("/usr/bin/truncate", ["--size=\(kind.mebibytes)M", image]).check()
        try await Command.run(kind.maker[0], Array(kind.maker.dropFirst()) + [image]).check()
        try await mount(image)
    }

    static func with<Result>(
        _ kind: FileSystem,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (TestDisk) async throws -> Result
    ) async throws -> Result {
        guard geteuid() == 0 else { throw SupportError("This test mounts file systems: run the tests as root.") }
        let folder = URL(fileURLWithPath: "/dev/shm/cleanupd-disk-\(UUID().uuidString)")
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(TestDisk(kind, in: folder)))
        } catch {
            result = .failure(error)
        }
        // Whatever is mounted there; on a machine that is busy, a moment later.
        _ = try await Command.run("/bin/umount", ["--lazy", folder.appending(path: "disk").path])
        try await Command.run("/bin/rm", ["-rf", "--one-file-system", "--", folder.path]).check()
        return try result.get()
    }

    /// Makes all that was written so far last.
    func synchronise() async throws { try await Command.run("/bin/sync", ["--file-system", root.path]).check() }

    /// Makes one file last, and whatever the file system's journal takes along.
    func synchronise(_ file: URL) async throws { try await Command.run("/bin/sync", [file.path]).check() }

    /// From now on the disk is what its image holds at this instant: what was not written to it is lost.
    func losePower() async throws {
        let copy = folder.appending(path: "copy").path
        try await Command.run("/bin/cp", ["--sparse=always", image, copy]).check()
        try await Command.run("/bin/umount", [root.path]).check()
        try await mount(copy)
    }

    private var image: String { folder.appending(path: "image").path }

    private func mount(_ image: String) async throws {
        try await Command.run("/bin/mount", ["-t", kind.rawValue, "-o", kind.options, image, root.path]).check()
    }
}
