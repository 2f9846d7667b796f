import Crypto
import Foundation
public import Retention

/// What keeps one kind of thing of the embedding program clean.
public struct EmbeddedTask: Sendable {
    /// Longer than any run lasts, and than any pause: a year.
    private static let longest = Duration.seconds(31_536_000)

    /// Names it in the ledger, in locks, and as the label `task` of the metrics.
    public var name: String
    /// The plural noun of what it removes: names the metric `cleanup_<resource>_deleted_total`.
    public var resource: String
    /// Where the things are.
    public var store: any ItemStore
    /// What goes, and what stays.
    public var policy: Policy
    /// Guards: beyond them the whole plan is refused before its first deletion.
    public var limits: Limits
    /// Items between two pauses; `nil` = as the plan is stored, at most 1,024.
    public var batch: Int?
    /// What is left to others between two batches.
    public var pause: Duration
    /// How long a run may take before it ends as `.partial`; `nil` = as long as it takes.
    public var maxDuration: Duration?
    /// How often the program calls it; `nil` = by hand, and no alert waits for it.
    public var interval: Duration?

    /// A task without limits that goes on without pauses; give it limits.
    public init(
        name: String,
        resource: String,
        store: any ItemStore,
        policy: Policy,
        limits: Limits = Limits(),
        batch: Int? = nil,
        pause: Duration = .zero,
        maxDuration: Duration? = nil,
        interval: Duration? = nil
    ) {
        self.name = name
        self.resource = resource
        self.store = store
        self.policy = policy
        self.limits = limits
        self.batch = batch
        self.pause = pause
        self.maxDuration = maxDuration
        self.interval = interval
    }

    /// For alerts; `nil` = it is not due at any time.
    var intervalSeconds: Double? { interval.map { Self.bounded($0) / .seconds(1) } }

    /// As the engine runs it. Throws what is wrong with the policy.
    func definition() throws -> TaskDefinition {
        if let refusal = Judge.validate(policy).first { throw refusal }
        let packing = try CandidatePacking(policy)
        return TaskDefinition(
            name: name,
            resource: resource,
            store: .items(AdoptedStore(task: name, store: store, packing: packing)),
            policy: policy,
            limits: limits,
            pace: TaskDefinition.Pace(
                batch: batch.map { max(1, $0) },
                pauseMilliseconds: Int((Self.bounded(pause) / .milliseconds(1)).rounded(.up))
            ),
            runLimitSeconds: maxDuration.map { Self.bounded($0) / .seconds(1) },
            // Of the metrics only: as a task in no cycle, it runs when it is called.
            isEnabled: interval != nil,
            policyDigest: try digest()
        )
    }

    private static func bounded(_ duration: Duration) -> Duration { max(.zero, min(duration, longest)) }

    private func digest() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var hash = SHA256()
        hash.update(data: try encoder.encode(policy))
        hash.update(data: try encoder.encode(limits))
        return hash.finalize().hexadecimal
    }
}
