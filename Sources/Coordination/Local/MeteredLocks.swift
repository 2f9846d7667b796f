/// Locks whose tries are measured.
package struct MeteredLocks: TaskLocks {
    private let base: any TaskLocks
    private let metrics: LockMetrics

    package init(_ base: any TaskLocks, metrics: LockMetrics) {
        self.base = base
        self.metrics = metrics
    }

    package func acquire(task: String) throws(LockError) -> any HeldLock {
        let lock = LockName.task(task)
        let start = ContinuousClock.now
        defer { metrics.answered(lock, seconds: (ContinuousClock.now - start) / .seconds(1)) }
        do throws(LockError) {
            return try base.acquire(task: task)
        } catch {
            if case .held(_, let holder) = error { metrics.refused(lock, .held(by: holder?.text)) }
            throw error
        }
    }
}
