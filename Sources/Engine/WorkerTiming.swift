/// How often a worker looks and tells.
package struct WorkerTiming: Sendable {
    /// Between two looks for jobs.
    package var look: Duration
    /// Between two signs of life; a third of the silence after which a job is taken away.
    package var beat: Duration
    /// How long the end of a job is told again while the queue does not answer.
    package var settle: Duration
    package var maximumJobs: Int
    /// Jobs should spread over several replicas.
    package var leavesToOthers: Bool

    package init(
        look: Duration,
        beat: Duration,
        settle: Duration,
        maximumJobs: Int = 16,
        leavesToOthers: Bool
    ) {
        self.look = look
        self.beat = beat
        self.settle = settle
        self.maximumJobs = maximumJobs
        self.leavesToOthers = leavesToOthers
    }
}
