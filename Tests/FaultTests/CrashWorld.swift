import Coordination
import Engine
import Foundation
import Retention
import State
import Stores
import Support
import Telemetry
import Testing

/// Logs and the engine, in this process; on a memory file system, so that thousands of worlds are made in minutes.
struct CrashWorld {
    let logs: AgedLogs
    private let folder: URL
    private let now = Instant(seconds: 1_800_000_000)

    init(files: Int = 300) throws {
        folder = URL(fileURLWithPath: "/dev/shm/cleanupd-crash-\(UUID().uuidString)")
        let instant = Date(timeIntervalSince1970: now.secondsSinceEpoch)
        logs = try AgedLogs(in: folder.appending(path: "data"), count: files, now: instant)
    }

    func remove() {
        do {
            try FileManager.default.contentsOfDirectory(at: logs.folder, includingPropertiesForKeys: nil).forEach {
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
            store: .items(FilesStore(rootPath: logs.folder.path, specification: files)),
            policy: policy,
            policyDigest: "crash"
        )
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
                    let name = String(decoding: stored.block.path(of: item), as: UTF8.self)
                    let path = logs.folder.appending(path: name).path
                    #expect(access(path, F_OK) != 0, "\(when): \(path) is said to be deleted")
                }
            }
        }
    }
}
