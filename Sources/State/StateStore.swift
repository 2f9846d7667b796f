package import Retention

/// History (to read: `RunHistory`), ledger, settings: what the program remembers. The port that every kind of state store
/// implements.
///
/// All calls block, may come from several threads at once, and throw `StateError`. What a call has stored survives the
/// end of the process; where a comment says *durable*, it survives the loss of power too.
package protocol StateStore: RunHistory {
    // MARK: Runs

    /// Records that a run begins. `.conflict` if there is such a run.
    func begin(_ run: RunRecord) throws

    /// Appends blocks to the plan of a run, in this order. `.conflict` once the plan is sealed.
    func append(_ blocks: [ItemBlock], to run: RunID) throws

    /// Closes the plan and makes all of it durable: what comes before the first deletion.
    func seal(_ run: RunID, tally: Tally) throws -> PlanSeal

    /// Blocks of the plan whose place is at least `sequence`, in order.
    func blocks(of run: RunID, from sequence: Int, limit: Int) throws -> [StoredBlock]

    /// Records what became of the items of blocks, all or nothing; a block that has results already gets these.
    func record(_ results: [(sequence: Int, results: [ItemResult])], of run: RunID) throws

    /// Records batches of a run that removes by predicate, all or nothing: before they begin, and again with their rows.
    func record(_ batches: [BatchRecord], of run: RunID) throws

    /// Batches of a run whose place is at least `sequence`, in order.
    func batches(of run: RunID, from sequence: Int, limit: Int) throws -> [BatchRecord]

    /// How many batches of each run are recorded as committed with rows, all runs seen at one moment. Nothing of a run that
    /// is not known, nor of one whose batches are forgotten with its items.
    func batchCounts(of runs: [RunID]) throws -> [RunID: Int]

    /// Records how a run ended; durable, with all outcomes before it. `.conflict` if it had ended.
    func finish(_ run: RunID, _ end: RunEnd) throws

    /// The run, or `nil`.
    func run(_ id: RunID) throws -> StoredRun?

    /// Runs of one task, or of all, newest first.
    /// - Parameter before: only runs that come before this one (the last of the previous page).
    func runs(task: String?, before: RunID?, limit: Int) throws -> [StoredRun]

    /// Runs that a call from outside has begun, in order.
    func runs(ofRequest request: RunID) throws -> [StoredRun]

    // MARK: Sealed plans

    /// Reads the whole plan again and compares it with its seal.
    /// - Returns: the seal. Throws `.altered` when the plan is not what was sealed.
    @discardableResult
    func verify(_ run: RunID) throws -> PlanSeal

    /// Saves a plan whose parts are sealed; durable.
    func savePlan(_ plan: SavedPlan) throws

    /// Takes a saved plan for application; durable.
    /// - Returns: false if somebody had taken it before.
    func markApplied(_ id: String, by who: String, at instant: Instant) throws -> Bool

    // MARK: Calls

    /// Records a call before it is carried out; and again with the status of its answer, and with its end; durable. All
    /// else stays as it was first, and what is `nil` changes nothing.
    func record(_ call: CallRecord) throws

    /// The call, or `nil`.
    func call(_ id: RunID) throws -> CallRecord?

    /// Calls, newest first.
    /// - Parameter before: only calls that come before this one (the last of the previous page).
    func calls(before: RunID?, limit: Int) throws -> [CallRecord]

    // MARK: Stamps and settings

    /// Sets these stamps and leaves all others; durable.
    func setStamps(_ stamps: [Stamp]) throws

    /// All settings: JSON texts by key.
    func settings() throws -> [String: String]

    /// Sets one setting; durable.
    func setSetting(_ key: String, to json: String) throws

    /// Removes one setting, if it is there; durable.
    func removeSetting(_ key: String) throws

    /// Sets and removes settings, all or nothing; durable. What is not there need not be removed.
    func changeSettings(saving: [String: String], removing: [String]) throws

    // MARK: Jobs and leases

    /// The local queue's jobs, as JSON texts by identity, in no order.
    func jobs() throws -> [(id: String, json: String)]

    /// Saves and removes jobs, all or nothing; durable. What is not there need not be removed.
    func changeJobs(saving: [(id: String, json: String)], removing: [String]) throws

    /// The highest epoch that a holder of the lock has acted with; 0 = none.
    func epoch(of lock: String) throws -> Int64

    /// Raises the mark of a lock; durable.
    /// - Returns: false if it is as high already: the holder of `epoch` is too late, and must not act.
    func raiseEpoch(of lock: String, to epoch: Int64) throws -> Bool

    /// This store, in which writes throw `.fenced` as soon as somebody has taken the lock with a higher epoch.
    func fenced(by fence: Fence) -> any StateStore

    // MARK: Upkeep

    /// Forgets runs, and items of runs, that ended before these instants, and calls as old as such runs. Runs without an end, and saved plans that may
    /// still be applied, stay with their items.
    /// - Returns: how many runs and how many items it forgot.
    func prune(runsEndedBefore: Instant, itemsEndedBefore: Instant) throws -> (runs: Int, items: Int)

    /// Throws what keeps the store from working.
    func isHealthy() throws

    /// Ends the use of the store; what comes later throws. A process that dies without it loses nothing.
    func close()
}

extension StateStore {
    /// Reads all parts of a saved plan again and compares them with their seals. Throws `.altered`.
    package func verify(_ plan: SavedPlan) throws {
        for part in plan.parts {
            let seal = try verify(part.run)
            guard seal == part.seal else { throw StateError.isAnother(than: part, of: plan) }
        }
    }
}
