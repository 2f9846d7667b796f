import CleanupConfiguration
import Console
import Coordination
import Engine
import Foundation
import Retention
import State

/// Answers `status` and `metrics`: what the service is, what comes next, and how each task fares.
struct StatusReader: Sendable {
    private static let nextShown = 3

    let assembly: Assembly
    let scheduler: Scheduler
    let records: RecentRuns
    let blueprint: @Sendable () -> Blueprint
    let notReady: @Sendable () async -> String?
    let startedAt: Instant

    func status() async throws -> StatusDocument {
        let blueprint = blueprint()
        let (program, now) = (blueprint.program, SystemClock.now())
        let recent = try await records.read(program.tasks.map(\.name), at: now)
        let fires = fires(program, at: now)
        let active = assembly.tasks.active.all
        let tasks = program.tasks.map { task in
            TaskDocument(
                task,
                in: program,
                recent: recent[task.name] ?? RecentRuns.Task(),
                nextRun: Self.nextRun(of: task.name, program, fires),
                active: active
            )
        }
        return StatusDocument(
            service: await service(),
            enabled: program.isEnabled,
            dryRun: program.isDryRun,
            schedule: schedule(),
            tasks: tasks,
            last24Hours: tasks.reduce(into: Freed()) { sum, task in
                sum.items += task.last24Hours.items
                sum.bytes = sum.bytes.addingSaturated(task.last24Hours.bytes)
            },
            lastRunAt: recent.values.compactMap(\.figures.lastCompletion).max().map { Timestamp.format($0) },
            active: active.map { ProgressDocument($0) },
            configuration: ConfigurationDocument(blueprint.configuration)
        )
    }

    func schedule() -> ScheduleDocument {
        let blueprint = blueprint()
        let program = blueprint.program
        let zones = Dictionary(blueprint.configuration.cycles.map { ($0.name, $0.zone) }, uniquingKeysWith: { $1 })
        let fires = fires(program, at: SystemClock.now())
        return ScheduleDocument(
            running: program.isScheduling,
            cycles: program.cycles.filter { !$0.isQuotaCheck }.map { cycle in
                .init(
                    name: cycle.name,
                    enabled: cycle.isEnabled,
                    schedule: cycle.schedule?.text,
                    timezone: zones[cycle.name] ?? "UTC",
                    tasks: cycle.tasks,
                    next: Self.next(of: cycle, from: fires[cycle.name])
                )
            }
        )
    }

    func lastRealEnd(of task: String) async throws -> Instant? {
        let tasks = blueprint().program.tasks.map(\.name)
        return try await records.read(tasks, at: SystemClock.now())[task]?.lastReal?.end?.endedAt
    }

    func totals() async throws -> TotalsDocument {
        let program = blueprint().program
        let recent = try await records.read(program.tasks.map(\.name), at: SystemClock.now())
        var tasks: [String: TotalsDocument.Task] = [:]
        for task in program.tasks {
            let totals = assembly.metrics.totals(of: task.name)
            let known = recent[task.name] ?? RecentRuns.Task()
            tasks[task.name] = TotalsDocument.Task(
                items: totals.items,
                bytes: totals.bytes,
                errors: totals.errors,
                lastCleanup: known.figures.lastCompletion.map { Timestamp.format($0) },
                lastError: known.lastError,
                storageSize: task.policy.quota == nil ? nil : known.figures.usedBytes,
                storageLimit: task.policy.quota?.maxBytes,
                retention: task.policy.remove?.olderThan?.text
            )
        }
        return TotalsDocument(
            items: tasks.values.reduce(0) { $0 + $1.items },
            bytes: tasks.values.reduce(0) { $0 + $1.bytes },
            errors: tasks.values.reduce(0) { $0 + $1.errors },
            lastCleanup: tasks.values.compactMap(\.lastCleanup).max(),
            tasks: tasks
        )
    }

    // MARK: Parts

    private func service() async -> StatusDocument.Service {
        let replica = assembly.replica
        let leadership = replica.election.leadership
        return StatusDocument.Service(
            version: BuildInformation.version,
            host: ProcessInfo.processInfo.hostName,
            pid: getpid(),
            startedAt: Timestamp.format(startedAt),
            notReady: await notReady(),
            replica: replica.name,
            leader: leadership != nil,
            leaderName: leadership == nil ? replica.election.otherLeader : replica.name,
            epoch: leadership?.epoch
        )
    }

    /// The next firing of each cycle, by name. A change of a moment ago may not have reached the scheduler yet.
    private func fires(_ program: Program, at now: Instant) -> [String: Instant] {
        guard program.isScheduling else { return [:] }
        let known = scheduler.nextFires
        let cycles = program.cycles.filter { $0.isEnabled && !$0.isQuotaCheck }
        let fires = cycles.map { ($0.name, known[$0.name] ?? $0.schedule?.nextFire(after: now, within: $0.window)) }
        return Dictionary(fires, uniquingKeysWith: { $1 }).compactMapValues { $0 }
    }

    private static func next(of cycle: CycleDefinition, from first: Instant?) -> [String] {
        var fires: [Instant] = []
        var next = first
        while let fire = next, fires.count < nextShown {
            fires.append(fire)
            next = cycle.schedule?.nextFire(after: fire, within: cycle.window)
        }
        return fires.map { Timestamp.format($0) }
    }

    private static func nextRun(of task: String, _ program: Program, _ fires: [String: Instant]) -> Instant? {
        program.cycles.filter { $0.isEnabled && !$0.isQuotaCheck && $0.tasks.contains(task) }
            .compactMap { fires[$0.name] }.min()
    }
}

extension TaskDocument {
    fileprivate init(
        _ task: TaskDefinition,
        in program: Program,
        recent: RecentRuns.Task,
        nextRun: Instant?,
        active: [ActiveRuns.Progress]
    ) {
        let figures = recent.figures
        self.init(
            name: task.name,
            resource: task.resource,
            connection: task.connection,
            policy: task.sentence,
            olderThan: task.policy.remove?.olderThan?.text,
            enabled: task.isEnabled,
            disabledReason: task.disabledReason,
            dryRun: program.mustDryRun(task) || task.isSwitchedOff,
            running: active.contains { $0.task == task.name && !$0.isDryRun },
            lastRun: recent.last.map { Self.document($0, active, recent.batches) },
            lastRealRun: recent.lastReal.map { Self.document($0, active, recent.batches) },
            lastSuccessAt: figures.lastSuccess.map { Timestamp.format($0) },
            nextRunAt: task.isEnabled ? nextRun.map { Timestamp.format($0) } : nil,
            overdueSeconds: figures.oldestOverdueSeconds,
            overdueItems: figures.overdueItems,
            last24Hours: recent.last24Hours,
            storage: task.policy.quota.flatMap { quota in
                figures.usedBytes.map { Storage(usedBytes: $0, limitBytes: quota.maxBytes) }
            },
            recent: recent.points
        )
    }

    private static func document(
        _ run: StoredRun,
        _ active: [ActiveRuns.Progress],
        _ batches: [RunID: Int]
    ) -> RunDocument {
        let id = run.record.id
        let isActive = active.contains { $0.id == id }
        return RunDocument(run, state: .init(run, isActive: isActive, plan: nil), plan: nil, batches: batches[id])
    }
}
