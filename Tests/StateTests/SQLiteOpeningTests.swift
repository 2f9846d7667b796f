import Foundation
import GRDB
import State
import Support
import Testing

/// The state file: made with care, and never anybody else's.
struct SQLiteOpeningTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state.db")
    }

    @Test func everyFileIsPrivateWhateverTheUmask() throws {
        let before = umask(0)
        defer { umask(before) }
        let store = try SQLiteStateStore(path: path)
        try store.setSetting("a", to: "1")
        for suffix in ["", "-wal", "-shm", ".lock", ".reserve"] {
            #expect(TemporaryFolder.mode(path + suffix) == 0o600, "\(suffix)")
        }
    }

    @Test func ownPathsNameEveryFileThatIsMade() throws {
        let store = try SQLiteStateStore(path: path)
        try store.setSetting("a", to: "1")
        let made = try FileManager.default.contentsOfDirectory(atPath: folder.path).map { folder.file($0) }
        #expect(made.count == 5)
        let own = SQLiteStateStore.ownPaths(for: path)
        #expect(Set(made).isSubset(of: own))
        #expect(own == ["", "-wal", "-shm", "-journal", ".lock", ".locks", ".reserve"].map { path + $0 })
    }

    @Test func ownPathsFollowALinkedFolder() throws {
        let link = folder.file("link")
        #expect(symlink(folder.path, link) == 0)
        let own = SQLiteStateStore.ownPaths(for: link + "/../link/state.db")
        #expect(own.contains(path))
        #expect(own.contains(link + "/state.db"))
        #expect(own.contains(path + "-wal"))
    }

    @Test func missingFolderIsNamed() {
        let path = folder.file("none/state.db")
        let message = expectError(.missing) { _ = try SQLiteStateStore(path: path) }
        #expect(
            message == "State file \(path) cannot be opened: No such file or directory. "
                + "Its folder must exist: create it, or name another path (state)."
        )
    }

    @Test func linkIsRefused() throws {
        let target = folder.file("target.db")
        try SQLiteStateStore(path: target).close()
        #expect(symlink(target, path) == 0)
        let message = expectError(.foreign) { _ = try SQLiteStateStore(path: path) }
        #expect(message.contains("is a symbolic link"))
    }

    @Test func folderIsRefused() {
        #expect(mkdir(path, 0o700) == 0)
        let message = expectError(.foreign) { _ = try SQLiteStateStore(path: path) }
        #expect(message.contains("is not a regular file"))
    }

    @Test(arguments: [1, 99, 100, 4096, 100_000])
    func randomBytesAreRefusedAndStay(_ count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let bytes = Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        try bytes.write(to: URL(fileURLWithPath: path))
        let message = expectError(.foreign) { _ = try SQLiteStateStore(path: path) }
        #expect(message.contains(path))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    @Test func databaseOfAnotherProgramIsRefusedAndStays() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE TABLE users (id INTEGER PRIMARY KEY)") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let message = expectError(.foreign) { _ = try SQLiteStateStore(path: path) }
        #expect(message.contains("is a SQLite database of another program"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func newerSchemaIsRefused() throws {
        try SQLiteStateStore(path: path).close()
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('4 from the future')") }
        try queue.close()
        let message = expectError(.newerSchema) { _ = try SQLiteStateStore(path: path) }
        #expect(message.contains("was written by a newer cleanupd"))
    }

    @Test func emptyFileBecomesAStateFile() throws {
        try Data().write(to: URL(fileURLWithPath: path))
        let store = try SQLiteStateStore(path: path)
        try store.setSetting("a", to: "1")
        #expect(try store.settings() == ["a": "1"])
    }

    @Test func truncatedFileIsReported() throws {
        try Self.fill(path)
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        #expect(truncate(path, size / 2) == 0)
        let message = expectError(.corrupt) { _ = try SQLiteStateStore(path: path) }
        #expect(message.contains("\(path) is damaged"))
        #expect(message.contains("Move it aside"))
    }

    /// Whatever is overwritten: an error or right data, never a trap and never wrong data.
    @Test func damagedPagesAreNeverTakenForAPlan() throws {
        let run = try Self.fill(path)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var generator = SeededGenerator(seed: 7)
        var reported = 0
        for round in 0..<60 {
            let copy = folder.file("copy-\(round).db")
            var bytes = whole
            let start = Int.random(in: 100..<bytes.count - 600, using: &generator)
            for offset in start..<start + 512 { bytes[offset] = UInt8.random(in: 0...255, using: &generator) }
            try bytes.write(to: URL(fileURLWithPath: copy))
            do {
                let store = try SQLiteStateStore(path: copy)
                try store.verify(run)
                let blocks = try store.blocks(of: run, from: 0, limit: 1000)
                #expect(blocks.map(\.block) == Self.blocks, "seed 7, round \(round)")
                _ = try store.runs(task: nil, before: nil, limit: 10)
            } catch is StateError {
                reported += 1
            }
        }
        #expect(reported > 10)
    }

    private static let blocks = (0..<40).map { Samples.block("dir\($0)", count: 100) }

    /// A closed state file with one sealed run in it.
    @discardableResult
    private static func fill(_ path: String) throws -> RunID {
        let store = try SQLiteStateStore(path: path)
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        try store.append(blocks, to: run.id)
        _ = try store.seal(run.id, tally: Samples.tally)
        store.close()
        return run.id
    }
}
