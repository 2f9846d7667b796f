import Retention

/// What a cycle waits for before it begins: little load, and no longer than until a last moment.
package struct QuietWait: Sendable {
    /// Why it is not quiet, as a part of a sentence; `nil` = it is. Blocking; what it throws counts as not quiet, since
    /// nobody knows.
    package var disturbance: @Sendable (_ isCancelled: @escaping () -> Bool) throws -> String?
    /// After the firing; then it begins, whatever the load: work that is never begun is work that is silently not done.
    package var atLatestSeconds: Double
    package var checkEverySeconds: Double

    package init(
        atLatestSeconds: Double,
        checkEverySeconds: Double,
        disturbance: @escaping @Sendable (_ isCancelled: @escaping () -> Bool) throws -> String?
    ) {
        self.atLatestSeconds = atLatestSeconds
        self.checkEverySeconds = checkEverySeconds
        self.disturbance = disturbance
    }

    /// When a firing begins at the latest: before its window closes, too.
    func deadline(of firing: Instant, within window: Window?) -> Instant {
        let last = firing.adding(nanoseconds: Int64(atLatestSeconds * 1e9))
        guard let window, window.contains(firing) else { return last }
        return min(last, window.closes(after: firing))
    }
}
