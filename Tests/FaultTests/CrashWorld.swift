import Coordination
import Engine
import Foundation
import Retention
import State
import Stores
import Support
import Telemetry
import Testing

/// Files: some to compress, some to delete, some to keep; on a memory file system, so that thousands of worlds are
/// made in minutes.
struct CrashWorld {
    let files: Int
    let folder: URL
    private let now = Instant(seconds: 1_800_000_000)

    init(files: Int = 300) throws {
        self.files = files
        folder = URL(fileURLWithPath: "/dev/shm/cleanupd-crash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        for index in 0..<files {
            let file = root.appending(path: Self.name(index))
            try Self.content(index).write(to: file)
            let date = Date(timeIntervalSince1970: now.secondsSinceEpoch - Self.ageDays(index) * 86_400)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
        }
    }

    private var root: URL { folder.appending(path: "data") }

    static func name(_ index: Int) -> String { "log-\(index).log" }

    static func content(_ index: Int) -> Data {
        Data(String(repeating: "line of \(index)\n", count: 1 + index % 40).utf8)
    }

    /// A third is young, a third to be compressed, a third to be removed.
    static func ageDays(_ index: Int) -> Double { [1, 10, 40][index % 3] }

    func remove() {
        do {
            try FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil).forEach {
                unlink($0.path)
            }
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted().reversed() {
                let full = folder.appending(path: path).path
                if unlink(full) != 0 { rmdir(full) }
            }
            rmdir(folder.path)
        } catch {
            Issue.record("The test's own folder \(folder.path) could not be removed: \(error)")
        }
    }

    /// One process: opens the state, recovers, runs the task once.
    func run() async throws -> RunReport {
        let statePath = folder.appending(path: "state.db").path
        let state = try SQLiteStateStore(path: statePath)
        defer { state.close() }
        let registry = Registry()
        let metrics = try EngineMetrics(registry)
        let task = try task()
        let program = Program(
            tasks: [task],
            cycles: [],
            isEnabled: true,
            isDryRun: false,
            keepRuns: try Age(parsing: "90d"),
            keepItems: try Age(parsing: "30d")
        )
        try metrics.configure(program)
        let runner = TaskRunner(
            state: state,
            locks: LocalLocks(folder: statePath + ".locks"),
            metrics: metrics,
            logger: .silent,
            now: { [now] in now },
            clock: ClockGuard { [now] in ClockReading(wall: now.secondsSinceEpoch, sinceBoot: 1, boot: "crash") },
            spoolFolder: folder.path
        )
        Recovery(runner: runner).run(program)
        return await runner.run(
            RunRequest(task: "logs", trigger: .commandLine, dryRun: false),
            task: task,
            mustDryRun: false,
            cancellation: Cancellation()
        )
    }

    private func task() throws -> TaskDefinition {
        var policy = Policy()
        policy.remove = .init(olderThan: try Age(parsing: "30d"))
        policy.compressOlderThan = try Age(parsing: "7d")
        let files = FilesSpecification(path: "", match: ["*.log"], compresses: true)
        return TaskDefinition(
            name: "logs",
            resource: "logs",
            store: .items(FilesStore(rootPath: root.path, specification: files)),
            policy: policy,
            policyDigest: "crash"
        )
    }

    // MARK: What must hold

    /// At the moment of death: each kept file whole, each compressed one whole or in a verified archive.
    func expectNothingLost(_ when: String) throws {
        for index in 0..<files {
            let original = root.appending(path: Self.name(index))
            let hasOriginal = FileManager.default.contents(atPath: original.path) == Self.content(index)
            switch index % 3 {
            case 0: #expect(hasOriginal, "\(when): \(Self.name(index)) was to stay")
            case 1:
                let hasArchive = try Self.inflate(original.path + ".gz") == Self.content(index)
                #expect(hasOriginal || hasArchive, "\(when): \(Self.name(index)) is lost")
            default: break
            }
        }
    }

    /// After a run that completed: exactly this, and no temporary file.
    func expectFinalState(_ when: String) throws {
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: root.path))
        let expected = Set(
            (0..<files).compactMap { index -> String? in
                switch index % 3 {
                case 0: Self.name(index)
                case 1: Self.name(index) + ".gz"
                default: nil
                }
            }
        )
        #expect(names == expected, "\(when): \(names.symmetricDifference(expected).sorted().prefix(5))")
        for index in stride(from: 1, to: files, by: 3) {
            #expect(
                try Self.inflate(root.appending(path: Self.name(index)).path + ".gz") == Self.content(index),
                "\(when)"
            )
        }
    }

    /// How many of those that are due have gone so far, and how many have an archive in their place.
    func done() throws -> (removed: Int, compressed: Int) {
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: root.path))
        let gone = (0..<files).filter { !names.contains(Self.name($0)) }
        return (gone.count { $0 % 3 == 2 }, gone.count { $0 % 3 == 1 && names.contains(Self.name($0) + ".gz") })
    }

    /// No run without an end, no item without an outcome, and no item that is said to be gone and is there.
    func expectLedgerTellsTheTruth(_ when: String) throws {
        let state = try SQLiteStateStore(path: folder.appending(path: "state.db").path)
        defer { state.close() }
        #expect(try state.unfinishedRuns().isEmpty, "\(when)")
        for run in try state.runs(task: "logs", before: nil, limit: 100) where run.seal != nil {
            for stored in try state.blocks(of: run.record.id, from: 0, limit: 10_000) {
                let results = try #require(stored.results, "\(when): a block of \(run.record.id) has no outcomes")
                for (item, result) in zip(stored.block.items, results) where result.outcome == .deleted {
                    let path = root.appending(path: String(decoding: stored.block.path(of: item), as: UTF8.self)).path
                    #expect(access(path, F_OK) != 0, "\(when): \(path) is said to be deleted")
                }
            }
        }
    }

    /// The content of an archive by an independent reader; `nil` if there is none or it is damaged.
    private static func inflate(_ path: String) throws -> Data? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try GzipReader.read(path)
    }
}
