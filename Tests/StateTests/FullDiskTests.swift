import Foundation
import Retention
import State
import Support
import Testing

/// The ledger on a full disk. Mounts a small file system, which only root may do.
struct FullDiskTests {
    @Test func ledgerIsWrittenFromTheReserveWhenTheDiskIsFull() throws {
        let disk = try SmallDisk()
        let store = try SQLiteStateStore(path: disk.file("state.db"))
        #expect(Self.size(disk.file("state.db.reserve")) == 4 << 20)
        try disk.fill()

        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        // Some 1.3 MB.
        for index in 0..<20 { try store.append([Samples.block("dir\(index)", count: 1024)], to: run.id) }
        let seal = try store.seal(run.id, tally: Samples.tally)
        let results = [ItemResult](repeating: ItemResult(.deleted, freedBytes: 4096), count: 1024)
        try store.record((0..<20).map { ($0, results) }, of: run.id)
        #expect(Self.size(disk.file("state.db.reserve")) == nil, "the reserve was needed")

        disk.makeRoom()
        try store.finish(run.id, Samples.end(second: 2))
        #expect(Self.size(disk.file("state.db.reserve")) == 4 << 20, "made again once there is room")
        #expect(try store.verify(run.id) == seal)
        store.close()
    }

    @Test func fullDiskIsReportedAndLosesNothing() throws {
        let disk = try SmallDisk()
        let store = try SQLiteStateStore(path: disk.file("state.db"))
        try disk.fill()
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        var appended = 0
        let message = expectError(.full) {
            while true {
                try store.append([Samples.block("dir\(appended)", count: 1024)], to: run.id)
                appended += 1
            }
        }
        #expect(message.contains("the disk is full"))
        #expect(appended > 10)
        #expect(try store.blocks(of: run.id, from: 0, limit: 1000).count == appended)
        // Still full: what needs no room works, and room makes all work again.
        #expect(try store.unfinishedRuns() == [run])
        disk.makeRoom()
        try store.append([Samples.block("last", count: 1)], to: run.id)
        #expect(try store.seal(run.id, tally: Samples.tally).blocks == appended + 1)
        store.close()
    }

    @Test func storeOpensOnAFullDisk() throws {
        let disk = try SmallDisk()
        let first = try SQLiteStateStore(path: disk.file("state.db"))
        try first.begin(Samples.run("logs", second: 1))
        first.close()
        try disk.fill()
        let second = try SQLiteStateStore(path: disk.file("state.db"))
        #expect(try second.unfinishedRuns().count == 1)
        try second.begin(Samples.run("logs", second: 2))
        second.close()
    }

    private static func size(_ path: String) -> Int? {
        var info = stat()
        return lstat(path, &info) == 0 ? Int(info.st_size) : nil
    }
}

/// A file system of 32 MiB in memory, unmounted with this object.
private final class SmallDisk {
    private let folder: TemporaryFolder
    private let mountPoint: String

    init() throws {
        try #require(geteuid() == 0, "Mounting a small file system needs root.")
        folder = try TemporaryFolder()
        mountPoint = folder.file("disk")
        guard mkdir(mountPoint, 0o700) == 0 else { throw SupportError("mkdir: \(String(cString: strerror(errno)))") }
        try Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=32m,mode=0700", "tmpfs", mountPoint])
    }

    deinit {
        do {
            try Self.run("/bin/umount", ["-l", mountPoint])
        } catch {
            Issue.record("\(error)")
        }
    }

    func file(_ name: String) -> String { mountPoint + "/" + name }

    /// Takes all room, to the last byte.
    fileprivate func fill() throws {
        let descriptor = open(file("filler"), O_WRONLY | O_CREAT, 0o600)
        guard descriptor >= 0 else { throw SupportError("filler: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let bytes = [UInt8](repeating: 0, count: 1 << 20)
        for size in [1 << 20, 4096] {
            while write(descriptor, bytes, size) > 0 {}
        }
        #expect(errno == ENOSPC)
    }

    fileprivate func makeRoom() { unlink(file("filler")) }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw SupportError("\(program) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
    }
}
