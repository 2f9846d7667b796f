package import Retention
import Stores

/// A task as the engine runs it: a store, a policy, limits. Built from the configuration, never changed.
package struct TaskDefinition: Sendable {
    package var name: String
    /// Names the metric `cleanup_<resource>_deleted_total`.
    package var resource: String
    /// What the task removes, for sentences.
    package var noun: String
    /// What it does, in one sentence.
    package var sentence: String
    /// Resources of what goes with a row.
    package var ownedResources: [String]
    package var store: TaskStore
    package var policy: Policy
    package var limits: Limits
    package var pace: Pace
    /// Wall time that one run may take before the rest waits for the next; `nil` = no limit of its own.
    package var runLimitSeconds: Double?
    /// Rows that one run may remove before the rest waits; `nil` = all. (Items: `policy.budget`.)
    package var rowBudget: Int?
    /// Runs are due: switched on, in a cycle, not skipped by its environment.
    package var isEnabled: Bool
    /// `enabled: false`: acts neither on schedule nor by hand. (A task in no cycle may run by hand.)
    package var isSwitchedOff: Bool
    /// In words, why it is not enabled: for logs and `check`.
    package var disabledReason: String?
    package var isDryRun: Bool
    /// It runs by hand only, and only with a filter.
    package var needsFilter = false
    /// A store that is not there makes the run `unavailable`, not `failed`.
    package var isOptional: Bool
    /// Digest of everything that decides what goes; a sealed plan is bound to it.
    package var policyDigest: String

    package init(
        name: String,
        resource: String,
        noun: String? = nil,
        sentence: String? = nil,
        ownedResources: [String] = [],
        store: TaskStore,
        policy: Policy,
        limits: Limits = Limits(),
        pace: Pace = Pace(),
        runLimitSeconds: Double? = nil,
        rowBudget: Int? = nil,
        isEnabled: Bool = true,
        isSwitchedOff: Bool = false,
        disabledReason: String? = nil,
        isDryRun: Bool = false,
        isOptional: Bool = false,
        policyDigest: String
    ) {
        self.name = name
        self.resource = resource
        self.noun = noun ?? resource
        self.sentence = sentence ?? policy.sentence(noun: self.noun)
        self.ownedResources = ownedResources
        self.store = store
        self.policy = policy
        self.limits = limits
        self.pace = pace
        self.runLimitSeconds = runLimitSeconds
        self.rowBudget = rowBudget
        self.isEnabled = isEnabled
        self.isSwitchedOff = isSwitchedOff
        self.disabledReason = disabledReason
        self.isDryRun = isDryRun
        self.isOptional = isOptional
        self.policyDigest = policyDigest
    }

    /// Its quota is all that removes anything: ages do not count.
    var isByQuotaAlone: Bool { policy.quota != nil && policy.remove == nil && policy.compressOlderThan == nil }

    /// How gently a run acts.
    package struct Pace: Sendable, Equatable {
        /// Items between two pauses; `nil` = a block of the plan.
        package var batch: Int?
        /// Waited between two batches, in milliseconds.
        package var pauseMilliseconds: Int
        /// How long a batch of rows should take, in seconds; `nil` = the usual goal, or none if `batch` is fixed.
        package var goalSeconds: Double?
        /// While this file exists, nothing is deleted.
        package var holdFile: String?

        package init(
            batch: Int? = nil,
            pauseMilliseconds: Int = 0,
            goalSeconds: Double? = nil,
            holdFile: String? = nil
        ) {
            self.batch = batch
            self.pauseMilliseconds = pauseMilliseconds
            self.goalSeconds = goalSeconds
            self.holdFile = holdFile
        }
    }
}

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
    /// How often a task that failed is tried again.
    package var retry: Retry?
    /// Looks at quotas only, between the runs of the task's own cycles.
    package var isQuotaCheck: Bool

    package init(
        name: String,
        schedule: Schedule?,
        tasks: [String],
        maxDurationSeconds: Double? = nil,
        runsAtStart: Bool = false,
        isEnabled: Bool = true,
        window: Window? = nil,
        retry: Retry? = nil,
        isQuotaCheck: Bool = false
    ) {
        self.name = name
        self.schedule = schedule
        self.tasks = tasks
        self.maxDurationSeconds = maxDurationSeconds
        self.runsAtStart = runsAtStart
        self.isEnabled = isEnabled
        self.window = window
        self.retry = retry
        self.isQuotaCheck = isQuotaCheck
    }

    /// Attempts in all, with a pause that doubles from `backoffSeconds` on, up to half as much again by chance.
    package struct Retry: Sendable, Equatable {
        package var attempts: Int
        package var backoffSeconds: Double

        package init(attempts: Int, backoffSeconds: Double) {
            self.attempts = attempts
            self.backoffSeconds = backoffSeconds
        }

        /// Seconds to wait before attempt number `attempt` (2 = the first retry).
        /// - Parameter chance: 0..<1, so that replicas do not all come back at once.
        package func delaySeconds(beforeAttempt attempt: Int, chance: Double) -> Double {
            let doublings = min(max(0, attempt - 2), 16)
            return backoffSeconds * Double(1 << doublings) * (1 + chance / 2)
        }
    }
}

/// Everything the engine runs, as one value: replaced whole at a reload.
package struct Program: Sendable {
    /// In the order of the configuration.
    package var tasks: [TaskDefinition]
    package var cycles: [CycleDefinition]
    /// The master switch; off = plan and report, never act.
    package var isEnabled: Bool
    package var isDryRun: Bool
    /// Own retention of runs and items.
    package var keepRuns: Age
    package var keepItems: Age

    package init(
        tasks: [TaskDefinition],
        cycles: [CycleDefinition],
        isEnabled: Bool,
        isDryRun: Bool,
        keepRuns: Age,
        keepItems: Age
    ) {
        self.tasks = tasks
        self.cycles = cycles
        self.isEnabled = isEnabled
        self.isDryRun = isDryRun
        self.keepRuns = keepRuns
        self.keepItems = keepItems
    }

    package func task(_ name: String) -> TaskDefinition? { tasks.first { $0.name == name } }

    /// Both switches and the task's own win over `--force` and over calls.
    package func mustDryRun(_ task: TaskDefinition) -> Bool { !isEnabled || isDryRun || task.isDryRun }

    /// The tasks that are due in cycles, each once, in cycle order: what `run` and `plan` do by default.
    package var scheduledTaskNames: [String] {
        var seen: Set<String> = []
        return cycles.filter(\.isEnabled).flatMap(\.tasks).filter { name in
            task(name)?.isEnabled ?? false && seen.insert(name).inserted
        }
    }

    /// The same program, in which tasks do nothing but bring their quota's use down.
    var quotaOnly: Program {
        var program = self
        for index in program.tasks.indices {
            program.tasks[index].policy.remove = nil
            program.tasks[index].policy.compressOlderThan = nil
        }
        return program
    }
}
