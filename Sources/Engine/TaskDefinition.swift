package import Retention
import Stores

/// A task as the engine runs it: a store, a policy, limits. Built from the configuration, never changed.
package struct TaskDefinition: Sendable {
    package var name: String
    /// Where what it cleans lies, by the configuration's name.
    package var connection: String
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
    /// By what people know its items; `nil` = by their identities.
    package var itemName: ItemName?

    /// By what people know an item whose identity says little to them, as a container's; `nil` = it has no such name.
    package typealias ItemName = @Sendable (_ item: Item, _ block: ItemBlock) -> String?

    package init(
        name: String,
        connection: String = "",
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
        self.connection = connection
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
        /// Items between two pauses; `nil` = a block of the plan, or as many as the store likes at once.
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
