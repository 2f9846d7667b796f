import ArgumentParser
import Engine
import Retention

/// How items are shown.
struct ListingOptions: ParsableArguments {
    @Flag(help: "One JSON object a line on standard output, nothing else.")
    var json = false

    @Flag(help: "List young and deferred items, too.")
    var all = false

    var format: Listing.Format { json ? .json : .table }

    func observer(_ output: StandardOutput, acts: Bool) -> any RunObserver {
        Listing(output: output, format: format, listsAll: all, acts: acts)
    }
}

/// Values of the configuration that one run replaces.
struct OverrideOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Replaces older_than of `remove`, e.g. 60d.", valueName: "age"))
    var olderThan: String?

    @Option(
        name: .customLong("filter"),
        help: ArgumentHelp(
            "A filter of the task, e.g. user_ids=1,2 (repeatable; all must hold).",
            valueName: "name=value"
        )
    )
    var filters: [String] = []

    @Option(help: ArgumentHelp("Replaces `last` of `keep`, also in its groups.", valueName: "n"))
    var keep: Int?

    /// The policy with the overrides; throws `CommandFailure` when an age cannot be read or a number is negative.
    func apply(to policy: Policy) throws -> Policy {
        var policy = policy
        if let olderThan, policy.remove?.olderThan != nil {
            do {
                policy.remove?.olderThan = try Age(parsing: olderThan)
            } catch {
                throw CommandFailure.usage("--older-than: \(error)")
            }
        }
        if let keep {
            guard keep > 0 else { throw CommandFailure.usage("--keep must be at least 1; \(keep) would keep nothing.") }
            if policy.keep.counts.last > 0 { policy.keep.counts.last = keep }
            for group in policy.keep.groups.keys where (policy.keep.groups[group]?.last ?? 0) > 0 {
                policy.keep.groups[group]?.last = keep
            }
        }
        return policy
    }

    var isEmpty: Bool { olderThan == nil && keep == nil && filters.isEmpty }

    /// Throws `CommandFailure` when an override stands for nothing in any of the tasks: it must not be ignored silently.
    func check(against tasks: [TaskDefinition]) throws {
        let names = tasks.map(\.name).joined(separator: ", ")
        if !filters.isEmpty, tasks.count != 1 {
            throw CommandFailure.usage("A run with --filter names one task; these are \(tasks.count): \(names).")
        }
        if olderThan != nil, tasks.allSatisfy({ $0.policy.remove?.olderThan == nil }) {
            throw CommandFailure.usage("--older-than replaces remove.older_than, which none of \(names) has.")
        }
        let hasLast = { (task: TaskDefinition) in
            task.policy.keep.counts.last > 0 || task.policy.keep.groups.values.contains { $0.last > 0 }
        }
        if keep != nil, !tasks.contains(where: hasLast) {
            throw CommandFailure.usage("--keep replaces keep.last, which none of \(names) has.")
        }
    }
}
