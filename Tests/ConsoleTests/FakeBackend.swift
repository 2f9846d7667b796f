import Console
import Synchronization

/// A backend that has one of everything, and tells what was asked of it.
final class FakeBackend: ConsoleBackend {
    struct State {
        var notReady: String?
        var reloadFails = false
        var reloads = 0
        var quits = 0
        /// What was carried out, in order: `run logs`, `cancel 1` …
        var acts: [String] = []
        var begun: [CallDocument] = []
        var ended: [String: Int] = [:]
        var ledgerFails = false
        /// Thrown by everything that can throw.
        var failure: (any Error)?
        var orders: [RunOrder] = []
        var changes: [SettingsChange] = []
        var callIDs: [String] = []
        /// What lookers were asked for: `runs logs 10`.
        var looks: [String] = []
        /// Streams of progress do not end by themselves.
        var progressGoesOn = false
    }

    struct ReloadFailure: Error, CustomStringConvertible {
        let description = "cleanup.yaml:3:1: tasks: unknown key"
    }

    struct LedgerFailure: Error, CustomStringConvertible {
        let description = "the disk is full"
    }

    let state = Mutex(State())

    let containment = "landlock 7, system calls filtered"

    func notReadyReason() async -> String? { state.withLock { $0.notReady } }

    func reload() async throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            if state.reloadFails { throw ReloadFailure() }
            state.reloads += 1
        }
    }

    func quit() async { state.withLock { $0.quits += 1 } }

    func status() async throws -> StatusDocument { try look("status", Sample.status) }
    func totals() async throws -> TotalsDocument { try look("totals", Sample.totals) }

    func runs(task: String?, before: String?, limit: Int) async throws -> RunsDocument {
        try look("runs \(task ?? "-") \(before ?? "-") \(limit)", RunsDocument(runs: [Sample.run], next: "r1"))
    }

    func run(_ id: String) async throws -> RunResultDocument { try look("run \(id)", Sample.result(id)) }

    func items(ofRun id: String, search: String?, after: String?, limit: Int) async throws -> ItemsDocument {
        try look("items \(id) \(search ?? "-") \(after ?? "-") \(limit)", Sample.items)
    }

    func candidates(
        task: String,
        search: String?,
        onlyOrphans: Bool,
        after: String?,
        limit: Int
    ) async throws -> CandidatesDocument {
        try look("candidates \(task) \(search ?? "-") \(onlyOrphans) \(after ?? "-") \(limit)", Sample.candidates(task))
    }

    func progress() -> AsyncStream<[ProgressDocument]> {
        AsyncStream { source in
            source.yield([Sample.progress])
            source.yield([])
            if !state.withLock({ $0.progressGoesOn }) { source.finish() }
        }
    }

    func begin(_ call: CallDocument) async throws -> String {
        try state.withLock { state in
            if state.ledgerFails { throw LedgerFailure() }
            state.begun.append(call)
            return "call-\(state.begun.count)"
        }
    }

    func ended(_ id: String, status: Int) async { state.withLock { $0.ended[id] = status } }

    func calls(before: String?, limit: Int) async throws -> CallsDocument {
        let call = CallDocument(
            id: "c1",
            at: Sample.time,
            who: "alice",
            from: "127.0.0.1",
            call: "POST /x",
            detail: "{}",
            status: 202
        )
        return try look("calls \(before ?? "-") \(limit)", CallsDocument(calls: [call], next: nil))
    }

    func run(_ order: RunOrder, by caller: Caller, call: String, waits: Bool) async throws -> RunResultDocument {
        state.withLock { state in
            state.orders.append(order)
            state.callIDs.append(call)
        }
        return try act("run \(caller.name) waits=\(waits)", Sample.result("r1"))
    }

    func cancel(run id: String) async throws { try act("cancel \(id)", ()) }
    func makePlan(tasks: [String]?, by caller: Caller) async throws -> PlanDocument {
        try act("plan \(tasks?.joined(separator: ",") ?? "-")", Sample.plan("p1"))
    }
    func plan(_ id: String) async throws -> PlanDocument { try look("plan \(id)", Sample.plan(id)) }

    func apply(plan id: String, by caller: Caller, call: String, waits: Bool) async throws -> RunResultDocument {
        state.withLock { $0.callIDs.append(call) }
        return try act("apply \(id) waits=\(waits)", Sample.result("r2"))
    }

    func settings() async throws -> SettingsDocument { try look("settings", Sample.settings) }
    func change(_ change: SettingsChange) async throws -> SettingsDocument {
        state.withLock { $0.changes.append(change) }
        return try act("change", Sample.settings)
    }
    func schedule() async throws -> ScheduleDocument { try look("schedule", Sample.schedule) }
    func setScheduling(_ isOn: Bool) async throws -> ScheduleDocument { try act("scheduling \(isOn)", Sample.schedule) }

    func jobs(states: Set<String>, offset: Int, limit: Int) async throws -> JobsDocument {
        let jobs = JobsDocument(waiting: 1, active: 0, delayed: 0, dead: 0, paused: false, jobs: [Sample.job("j1")])
        return try look("jobs \(states.sorted().joined(separator: ",")) \(offset) \(limit)", jobs)
    }
    func job(_ id: String) async throws -> JobDocument { try look("job \(id)", Sample.job(id)) }
    func retry(job id: String) async throws -> JobDocument { try act("retry \(id)", Sample.job(id)) }
    func remove(job id: String) async throws { try act("remove \(id)", ()) }

    func query(_ name: String) async throws -> QueryDocument {
        try look(
            "query \(name)",
            QueryDocument(name: name, columns: ["id", "x"], rows: [["1", nil]], truncated: false)
        )
    }

    private func look<Answer: Sendable>(_ what: String, _ answer: Answer) throws -> Answer {
        try state.withLock { state in
            state.looks.append(what)
            if let failure = state.failure { throw failure }
            return answer
        }
    }

    private func act<Answer: Sendable>(_ what: String, _ answer: Answer) throws -> Answer {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            state.acts.append(what)
            return answer
        }
    }
}
