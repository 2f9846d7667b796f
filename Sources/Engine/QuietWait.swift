import Retention

/// What a cycle waits for before it begins: little load, and no longer than until a last moment.
package struct QuietWait: Sendable {
    /// A look that takes longer is given up: whoever is that slow to answer is not quiet.
    package static let patience = Duration.seconds(10)
    /// Before the hours of a window end, a firing that waits begins: by so much, or it would not be begun at all.
    private static let beforeWindowCloses: Int64 = 60_000_000_000

    /// Why it is not quiet, as a part of a sentence; `nil` = it is. Blocking; where it throws, nobody knows.
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

    /// When a firing begins at the latest: a minute before the window closes that is open `now`, too. The firing itself
    /// may be of before, where it is made up for.
    func deadline(of firing: Instant, at now: Instant, within window: Window?) -> Instant {
        let last = firing.adding(nanoseconds: Int64(atLatestSeconds * 1e9))
        guard let window, window.contains(now) else { return last }
        return max(firing, min(last, window.closes(after: now).adding(nanoseconds: -Self.beforeWindowCloses)))
    }
}
