import CleanupConfiguration
import Engine
import Retention
import Stores

/// Values of the configuration that one run replaces, as the command line or a call gave them.
struct Overrides: Sendable, Equatable {
    /// Of one task.
    struct Values: Sendable, Equatable {
        /// Replaces `remove.older_than`.
        var olderThan: String?
        /// Replaces `keep.last`, also in its groups.
        var keepLast: Int?
    }

    /// How those who asked call things, for sentences.
    enum Words: Sendable {
        case options, members

        var olderThan: String { self == .options ? "--older-than" : "older_than" }
        var keepLast: String { self == .options ? "--keep" : "keep.last" }
        var filter: String { self == .options ? "--filter" : "filter" }
    }

    /// For each task that has something to replace.
    var everywhere = Values()
    /// For one task each, by name; instead of `everywhere`.
    var tasks: [String: Values] = [:]
    /// Values of filters as text, in order.
    var filters: [(name: String, text: String)] = []
    var words = Words.options

    static func == (left: Overrides, right: Overrides) -> Bool {
        left.everywhere == right.everywhere && left.tasks == right.tasks && left.words == right.words
            && left.filters.elementsEqual(right.filters) { $0 == $1 }
    }

    var isEmpty: Bool { everywhere == Values() && tasks.values.allSatisfy { $0 == Values() } && filters.isEmpty }

    func values(for task: String) -> Values { tasks[task] ?? everywhere }

    /// The policy with the overrides; throws `CommandFailure` when an age cannot be read or a number is no number of items.
    func apply(to policy: Policy, of task: String) throws -> Policy {
        let values = values(for: task)
        var policy = policy
        if let olderThan = values.olderThan, policy.remove?.olderThan != nil {
            do {
                policy.remove?.olderThan = try Age(parsing: olderThan)
            } catch {
                throw CommandFailure.usage("\(words.olderThan): \(error)")
            }
        }
        if let last = values.keepLast {
            guard last > 0 else {
                throw CommandFailure.usage("\(words.keepLast) must be at least 1; \(last) would keep nothing.")
            }
            if policy.keep.counts.last > 0 { policy.keep.counts.last = last }
            for group in policy.keep.groups.keys where (policy.keep.groups[group]?.last ?? 0) > 0 {
                policy.keep.groups[group]?.last = last
            }
        }
        return policy
    }

    /// Throws `CommandFailure` when an override stands for nothing in any of the tasks: it must not be ignored silently.
    func check(against chosen: [TaskDefinition], of configuration: Configuration) throws {
        let names = chosen.map(\.name).joined(separator: ", ")
        if !filters.isEmpty, chosen.count != 1 {
            throw CommandFailure.usage(
                "A run with \(words.filter)\(words == .options ? "" : "s") names one task; these are \(chosen.count): \(names)."
            )
        }
        if let task = chosen.first, !filters.isEmpty {
            let configured = configuration.tasks.first { $0.name == task.name }
            guard let configured, !configured.filters.isEmpty else {
                throw CommandFailure.usage("\(words.filter): \(task.name) has no filters.")
            }
            _ = try self.filters(of: configured)
        }
        try check(everywhere, chosen, names)
        for (name, values) in tasks.sorted(by: { $0.key < $1.key }) {
            guard let task = chosen.first(where: { $0.name == name }) else {
                let suggestion = EditDistance.suggestion(for: name, among: chosen.map(\.name))
                throw CommandFailure.usage(
                    "overrides.\(name): this run has no such task\(suggestion.isEmpty ? "." : suggestion) "
                        + "Its tasks: \(names)."
                )
            }
            try check(values, [task], name)
        }
    }

    private func check(_ values: Values, _ tasks: [TaskDefinition], _ names: String) throws {
        if values.olderThan != nil, tasks.allSatisfy({ $0.policy.remove?.olderThan == nil }) {
            throw CommandFailure.usage("\(words.olderThan) replaces remove.older_than, which none of \(names) has.")
        }
        let hasLast = { (task: TaskDefinition) in
            task.policy.keep.counts.last > 0 || task.policy.keep.groups.values.contains { $0.last > 0 }
        }
        if values.keepLast != nil, !tasks.contains(where: hasLast) {
            throw CommandFailure.usage("\(words.keepLast) replaces keep.last, which none of \(names) has.")
        }
    }
}
