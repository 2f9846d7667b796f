package import Retention

/// An ordered list of tasks under one schedule.
package struct CycleDefinition: Sendable {
    package var name: String
    package var schedule: Schedule?
    package var tasks: [String]
    /// Wall time that one firing may take; `nil` = no limit.
    package var maxDurationSeconds: Double?
    package var runsAtStart: Bool
    package var isEnabled: Bool
    /// Hours in which it may work; firings outside are passed over.
    package var window: Window?
    /// What a firing waits for before it begins; `nil` = nothing.
    package var quiet: QuietWait?
    /// How often its job is tried.
    package var retry: Retry
    /// Looks at quotas only, between the runs of the task's own cycles.
    package var isQuotaCheck: Bool
    /// Whom it tells of what it came to.
    package var notices: [NoticeRule]

    package init(
        name: String,
        schedule: Schedule?,
        tasks: [String],
        maxDurationSeconds: Double? = nil,
        runsAtStart: Bool = false,
        isEnabled: Bool = true,
        window: Window? = nil,
        quiet: QuietWait? = nil,
        retry: Retry = Retry(),
        isQuotaCheck: Bool = false,
        notices: [NoticeRule] = []
    ) {
        self.name = name
        self.schedule = schedule
        self.tasks = tasks
        self.maxDurationSeconds = maxDurationSeconds
        self.runsAtStart = runsAtStart
        self.isEnabled = isEnabled
        self.window = window
        self.quiet = quiet
        self.retry = retry
        self.isQuotaCheck = isQuotaCheck
        self.notices = notices
    }

    private static let quotaPrefix = "quota:"

    /// The name of the cycle that looks at a task's quota.
    package static func quotaCheck(of task: String) -> String { quotaPrefix + task }

    /// Whether a run of the history was such a look; cycles of a configuration have no colon in their names.
    package static func isQuotaCheck(_ name: String) -> Bool { name.hasPrefix(quotaPrefix) }

    /// Attempts in all, with a pause that doubles from `backoffSeconds` on (`Backoff`).
    package struct Retry: Sendable, Equatable {
        package var attempts: Int
        package var backoffSeconds: Double

        package init(attempts: Int = 3, backoffSeconds: Double = 60) {
            self.attempts = attempts
            self.backoffSeconds = backoffSeconds
        }
    }
}
