import CleanupConfiguration
import Clients
import Console
import Coordination
import Engine
import Foundation
import Logging
import Retention
import State

/// What the HTTP side asks of the service: each call goes to whoever knows.
struct ServiceBackend: ConsoleBackend {
    /// Progress is told no more often.
    private static let progressPause = Duration.milliseconds(250)

    let daemon: Daemon
    let runs: RunDesk
    private let assembly: Assembly
    private let history: HistoryReader
    private let calls: CallLedger
    private let orders: RunOrders
    private let candidates: CandidateDesk
    private let settingsDesk: SettingsDesk
    private let jobDesk: JobDesk
    private let queries: QueryDesk
    private let reader: StatusReader

    init(_ assembly: Assembly, _ daemon: Daemon, _ work: Work) {
        let blueprint: @Sendable () -> Blueprint = { daemon.blueprint }
        self.assembly = assembly
        self.daemon = daemon
        let calls = CallLedger(state: assembly.state, metrics: assembly.metrics, logger: assembly.logger)
        self.calls = calls
        runs = RunDesk(logger: assembly.logger, onEnd: { await calls.ended($0, message: $1, at: SystemClock.now()) })
        history = HistoryReader(
            state: assembly.state,
            active: assembly.tasks.active,
            isAlone: assembly.serviceLocks != nil,
            tookOrphans: { blueprint().tookOrphans($0) },
            itemName: { blueprint().program.task($0)?.itemName }
        )
        orders = RunOrders(desk: runs, history: history, assembly: assembly, blueprint: blueprint)
        candidates = CandidateDesk(spoolFolder: assembly.tasks.spoolFolder)
        settingsDesk = SettingsDesk(
            state: assembly.state,
            blueprint: blueprint,
            refresh: { try await daemon.takeSettings() }
        )
        jobDesk = JobDesk(queue: work.queue, accounting: assembly.accounting)
        queries = QueryDesk(connections: { daemon.blueprint.connections })
        reader = StatusReader(
            assembly: assembly,
            scheduler: work.scheduler,
            records: RecentRuns(
                state: assembly.state,
                accounting: assembly.accounting,
                active: assembly.tasks.active
            ),
            blueprint: blueprint,
            notReady: { await daemon.notReadyReason() },
            startedAt: SystemClock.now()
        )
    }

    // MARK: Life

    var containment: String { Containment.current.summary }
    func notReadyReason() async -> String? { await daemon.notReadyReason() }
    func reload() async throws {
        do {
            try await daemon.reload()
        } catch let error as StateError {
            throw ConsoleError(.unavailable, error.message)
        }
    }
    func quit() async { await daemon.quit() }

    // MARK: Looking

    func status() async throws -> StatusDocument { try await reader.status() }
    func totals() async throws -> TotalsDocument { try await reader.totals() }

    func runs(task: String?, before: String?, limit: Int) async throws -> RunsDocument {
        try await history.runs(task: task, before: before, limit: limit)
    }

    /// What the ledger knows, and of a call of this process what only that knows: that it has only begun, or why a task
    /// did not even begin.
    func run(_ id: String) async throws -> RunResultDocument {
        let here = RunID(id).flatMap { runs.result(of: $0) }
        if let here, here.state == .ended { return here }
        let known = try await history.run(id)
        guard var result = known ?? here else { throw ConsoleError.noRun(id) }
        if here != nil {
            (result.state, result.outcome) = (.running, nil)
            if result.tasks.isEmpty { result.dryRun = here?.dryRun ?? result.dryRun }
        }
        return result
    }

    func items(ofRun id: String, search: String?, after: String?, limit: Int) async throws -> ItemsDocument {
        try await history.items(ofRun: id, search: search, after: after, limit: limit)
    }

    func candidates(
        task name: String,
        search: String?,
        onlyOrphans: Bool,
        after: String?,
        limit: Int
    ) async throws -> CandidatesDocument {
        let blueprint = daemon.blueprint
        guard let task = blueprint.program.task(name) else {
            throw ConsoleError.noTask(name, among: blueprint.program.tasks.map(\.name))
        }
        return try await candidates.page(
            of: task,
            areOrphans: blueprint.removesOrphans(name),
            lastRun: try await reader.lastRealEnd(of: name),
            search: search,
            onlyOrphans: onlyOrphans,
            after: after,
            limit: limit
        )
    }

    func progress() -> AsyncStream<[ProgressDocument]> {
        let active = assembly.tasks.active
        let changes = active.changes()
        // Pulled by whoever listens, so that nothing goes on when nobody does.
        return AsyncStream {
            for await _ in changes {
                do {
                    try await Task.sleep(for: Self.progressPause)
                } catch {
                    return nil
                }
                return active.all.map { ProgressDocument($0) }
            }
            return nil
        }
    }

    // MARK: Ledger of calls

    func begin(_ call: CallDocument) async throws -> String { try await calls.begin(call, at: SystemClock.now()) }
    func ended(_ id: String, status: Int) async { await calls.answered(id, status: status) }

    func calls(before: String?, limit: Int) async throws -> CallsDocument {
        try await history.calls(before: before, limit: limit)
    }

    // MARK: Acting

    func run(_ order: RunOrder, by caller: Caller, call: String, waits: Bool) async throws -> RunResultDocument {
        try await orders.run(order, by: caller, call: call, waits: waits)
    }

    /// A call's runs, or one run of whoever began it in this process.
    func cancel(run text: String) async throws {
        let id = try HistoryReader.id(text)
        let wasCall = runs.cancel(id)
        guard !wasCall, !assembly.tasks.active.cancel(id) else { return }
        let known = try await run(text)
        guard known.state != .running else { throw ConsoleError.runsElsewhere(here: assembly.replica.name) }
        throw ConsoleError.runIsOver(known.outcome ?? known.state.rawValue)
    }

    func makePlan(tasks: [String]?, by caller: Caller) async throws -> PlanDocument {
        try await orders.makePlan(tasks: tasks, by: caller)
    }

    func plan(_ id: String) async throws -> PlanDocument { try await orders.plan(id) }

    func apply(plan id: String, by caller: Caller, call: String, waits: Bool) async throws -> RunResultDocument {
        try await orders.apply(plan: id, by: caller, call: call, waits: waits)
    }

    // MARK: Settings and schedule

    func settings() async throws -> SettingsDocument { settingsDesk.settings() }
    func change(_ change: SettingsChange) async throws -> SettingsDocument { try await settingsDesk.change(change) }
    func schedule() async throws -> ScheduleDocument { reader.schedule() }

    func setScheduling(_ isOn: Bool) async throws -> ScheduleDocument {
        try await settingsDesk.setScheduling(isOn)
        if isOn { try await jobDesk.resume() }
        return reader.schedule()
    }

    // MARK: Queue

    func jobs(states: Set<String>, offset: Int, limit: Int) async throws -> JobsDocument {
        try await jobDesk.jobs(states, offset: offset, limit: limit)
    }

    func job(_ id: String) async throws -> JobDocument { try await jobDesk.job(id) }
    func retry(job id: String) async throws -> JobDocument { try await jobDesk.retry(id) }
    func remove(job id: String) async throws { try await jobDesk.remove(id) }

    // MARK: Others

    func query(_ name: String) async throws -> QueryDocument { try await queries.run(name) }
}
