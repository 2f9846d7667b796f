/// Where jobs wait for workers. The port that every kind of queue implements.
///
/// Each call is one step that happens or does not; where it throws, a queue on a server may have taken the step. A job
/// is given out again when its worker died, so work must be safe to begin afresh. Of a cycle at most one job is live.
package protocol JobQueue: Sendable {
    /// Puts a job at the end of the line; harmless when it is there, or was within the last hour.
    ///
    /// While a job of the same cycle waits, is active, or was postponed before it was ever begun, the answer is `.busy`. A
    /// job of the cycle that waits for its retry is superseded: it ends as failed with that reason, and the new one goes
    /// in.
    /// - Parameter epoch: of the scheduler's lease; a smaller one than was seen before is refused as `.stale`. `nil` = not checked, as on
    ///   one machine, whose scheduler is alone.
    func enqueue(_ request: JobRequest, epoch: Int64?) async throws -> Enqueued

    /// Takes the first job in line; `nil` = there is none, or the queue is paused.
    ///
    /// Before that, jobs whose time has come join the line, and jobs of silent workers are taken back: once to where
    /// they were in line, the second time they are given up.
    func claim(worker: String) async throws -> JobClaim?

    /// Tells that the workers of these claims live, which keeps the jobs with them.
    /// - Returns: identities of jobs whose claim is lost; their work must stop.
    func beat(_ claims: [JobClaim]) async throws -> Set<String>

    /// Ends a job well.
    /// - Returns: false if the claim was lost; then nothing has changed.
    func complete(_ claim: JobClaim) async throws -> Bool

    /// Ends an attempt: the job waits for the next one, or was given up.
    /// - Parameters:
    ///   - error: why; more than 1,000 bytes are cut. Without secrets.
    ///   - tasks: what is left to do; `nil` = all.
    ///   - chance: 0..<1, random; lengthens the wait (`Backoff`).
    func fail(_ claim: JobClaim, error: String, tasks: [String]?, chance: Double) async throws -> JobFailure

    /// Gives a job back untouched: it is before all others in line again, and the attempt does not count.
    /// - Returns: false if the claim was lost.
    func giveBack(_ claim: JobClaim) async throws -> Bool

    /// Notes for good that a job that might have had to wait is begun (`Job.begunAt`), before anything of it is done.
    /// - Returns: false if the claim was lost; then nothing may be done.
    func begin(_ claim: JobClaim) async throws -> Bool

    /// Gives a job that was never begun back until later, as new: neither attempts nor stalls count.
    ///
    /// It holds no worker meanwhile, and can be removed. It keeps its cycle busy, so that it is not superseded by later
    /// ones for ever. Where the clock is set back by days, it comes at once.
    /// - Parameter delay: a day at most.
    /// - Returns: false if the claim was lost.
    func postpone(_ claim: JobClaim, by delay: Duration) async throws -> Bool

    /// Puts a failed job, or a delayed one, at the end of the line, with all its attempts; it counts as begun, so that it
    /// waits for nothing but its turn.
    /// - Returns: false if there is no such job, or another one of its cycle is live.
    func retry(_ id: String) async throws -> Bool

    /// Removes a job that is not active.
    /// - Returns: false if there is no such job, or it is active.
    func remove(_ id: String) async throws -> Bool

    /// Stops or resumes giving out jobs; active ones go on.
    func setPaused(_ paused: Bool) async throws

    func job(_ id: String) async throws -> Job?

    /// Jobs in any of the states, the latest enqueued first; at most 1,000.
    func jobs(_ states: Set<JobState>, offset: Int, limit: Int) async throws -> [Job]

    func figures() async throws -> QueueFigures
}

/// What is alike in every kind of queue.
package enum QueueLimits {
    /// So many completed jobs are kept, the latest.
    package static let completedKept = 100
    /// So many failed jobs are kept, the latest.
    package static let failedKept = 50
    /// How long an identity is remembered after its job has gone: an hour.
    package static let remembered: Duration = .seconds(3600)
    /// So many jobs are listed at once.
    package static let maximumPage = 1000
    /// So many silent workers cost a job its place in the queue.
    static let maximumStalls = 2
    static let maximumWorkerLength = 256
    /// For so long a job is postponed at most, at a time: a day.
    static let maximumDelay: Duration = .seconds(86_400)

    /// A delay as queues count it.
    static func microseconds(_ delay: Duration) -> Int64 {
        let (seconds, attoseconds) = min(max(delay, .zero), maximumDelay).components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
