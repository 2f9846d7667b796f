package import State

/// One request to run one task.
package struct RunRequest: Sendable {
    package var task: String
    package var trigger: Trigger
    package var requestedBy: String?
    /// The call from outside that asked for it.
    package var call: RunID?
    package var cycle: String?
    /// Asked for; the configuration's switches win over `false`.
    package var dryRun: Bool
    /// False when the policy is not the task's own (overrides, a look at the quota alone).
    package var hasOwnPolicy: Bool
    /// Somebody watches it on a terminal, or asked for it on the page.
    package var isAttended: Bool
    /// The task may still be locked by a replica that has died: its lease is waited for.
    package var waitsForLock: Bool

    package init(
        task: String,
        trigger: Trigger,
        requestedBy: String? = nil,
        call: RunID? = nil,
        cycle: String? = nil,
        dryRun: Bool,
        hasOwnPolicy: Bool = true,
        isAttended: Bool = false,
        waitsForLock: Bool = false
    ) {
        self.task = task
        self.trigger = trigger
        self.requestedBy = requestedBy
        self.call = call
        self.cycle = cycle
        self.dryRun = dryRun
        self.hasOwnPolicy = hasOwnPolicy
        self.isAttended = isAttended
        self.waitsForLock = waitsForLock
    }
}
