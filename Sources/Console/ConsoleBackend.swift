/// What the HTTP side needs of the service behind it.
///
/// All calls may come at once. Those that can fail throw `ConsoleError`; other errors are answered with 500 and logged.
package protocol ConsoleBackend: Sendable {
    // MARK: Life

    /// What the kernel keeps this process from, in one line for people.
    var containment: String { get }
    /// Why it is not ready; `nil` = state store and scheduler work.
    func notReadyReason() async -> String?
    /// Reads the configuration again. Throws with the problems of the file, or `ConsoleError` with what hinders otherwise;
    /// then the old one stays.
    func reload() async throws
    /// Begins an orderly end of the process.
    func quit() async

    // MARK: Looking

    func status() async throws -> StatusDocument
    func totals() async throws -> TotalsDocument
    /// - Parameters:
    ///   - before: the last one of the page before.
    ///   - limit: 1 to 500.
    func runs(task: String?, before: String?, limit: Int) async throws -> RunsDocument
    /// - Parameter id: of a run, or of the call that asked for runs.
    func run(_ id: String) async throws -> RunResultDocument
    /// - Parameter after: `next` of the page before.
    func items(ofRun id: String, search: String?, after: String?, limit: Int) async throws -> ItemsDocument
    /// - Parameter onlyOrphans: only items that go because nothing refers to them.
    func candidates(
        task: String,
        search: String?,
        onlyOrphans: Bool,
        after: String?,
        limit: Int
    ) async throws -> CandidatesDocument
    /// Runs that this process carries out, each time that something has changed, at most a few times a second.
    func progress() -> AsyncStream<[ProgressDocument]>

    // MARK: Acting. Each is in the ledger before it begins.

    /// Records a call before it is carried out: who, when, from where, what. Throws when it cannot be recorded; then it
    /// must not be carried out.
    func begin(_ call: CallDocument) async throws -> String
    /// Records how it was answered.
    func ended(_ id: String, status: Int) async
    /// Calls, newest first.
    func calls(before: String?, limit: Int) async throws -> CallsDocument

    /// Begins a run and returns at once; with `waits`, when it has ended.
    func run(_ order: RunOrder, by caller: Caller, call: String, waits: Bool) async throws -> RunResultDocument
    func cancel(run id: String) async throws
    func makePlan(tasks: [String]?, by caller: Caller) async throws -> PlanDocument
    func plan(_ id: String) async throws -> PlanDocument
    func apply(plan id: String, by caller: Caller, call: String, waits: Bool) async throws -> RunResultDocument

    // MARK: Settings and schedule

    func settings() async throws -> SettingsDocument
    /// All of it or nothing. Throws `.invalid` with every reason, `.conflict` where a table rules.
    func change(_ change: SettingsChange) async throws -> SettingsDocument
    func schedule() async throws -> ScheduleDocument
    func setScheduling(_ isOn: Bool) async throws -> ScheduleDocument

    // MARK: Queue

    /// - Parameter states: empty = all.
    func jobs(states: Set<String>, offset: Int, limit: Int) async throws -> JobsDocument
    func job(_ id: String) async throws -> JobDocument
    /// Puts it at the end of the line, with all its attempts.
    func retry(job id: String) async throws -> JobDocument
    func remove(job id: String) async throws

    // MARK: Others

    /// A named query of the configuration, in a read-only transaction.
    func query(_ name: String) async throws -> QueryDocument
}
