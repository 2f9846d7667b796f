import CleanupConfiguration
import Crypto
import Engine
import Foundation
import Retention
import Stores

/// Makes what the engine runs from checked configuration values, and from what an admin has set over them.
struct ProgramBuilder {
    let connections: Connections
    /// For `skip_when_env`.
    let environment: [String: String]
    let memory: ReferenceMemory
    /// As of ``Backends``.
    var now: @Sendable () -> Instant = { SystemClock.now() }
    /// By cycle; a cycle whose settings could not be read yet is `nil` here and switched off.
    var settings: [String: CycleSettings?] = [:]
    /// What admins have set by calls.
    var admin = AdminSettings()
    /// Whom cycles tell, by cycle.
    var notices: [String: [NoticeRule]] = [:]

    var configuration: Configuration { connections.configuration }

    /// Throws `CommandFailure` for overrides that fit no task, and `StoreError` for a secret that cannot be read.
    func program(overrides: Overrides?) throws -> Program {
        let cycles = configuration.cycles.map { configured in
            var cycle = cycle(configured)
            cycle.notices = notices[configured.name] ?? []
            return cycle
        }
        return Program(
            tasks: try configuration.tasks.map { try task($0, overrides) },
            cycles: cycles + quotaCycles(),
            isEnabled: configuration.enabled,
            isDryRun: admin.dryRun ?? configuration.dryRun,
            isScheduling: admin.isScheduling,
            keepRuns: configuration.state.keepRuns,
            keepItems: configuration.state.keepItems
        )
    }

    // MARK: Cycles

    private func cycle(_ cycle: Cycle) -> CycleDefinition {
        CycleDefinition(
            name: cycle.name,
            schedule: settings(of: cycle)?.schedule ?? cycle.schedule,
            tasks: cycle.tasks,
            maxDurationSeconds: cycle.maxDurationMilliseconds.map { Double($0) / 1000 },
            runsAtStart: cycle.atStart,
            isEnabled: isOn(cycle) && skipCondition(cycle) == nil,
            window: cycle.window.map {
                Retention.Window(fromMinute: $0.fromMinute, toMinute: $0.toMinute, zone: cycle.zone)
            },
            quiet: cycle.whenQuiet.map {
                QuietBuilder(connections: connections).wait($0)
            },
            retry: cycle.retry.map {
                .init(attempts: $0.attempts, backoffSeconds: Double($0.backoffMilliseconds) / 1000)
            } ?? .init()
        )
    }

    /// Of a cycle's own table where it has one, else what was set by calls.
    func settings(of cycle: Cycle) -> CycleSettings? {
        cycle.settings == nil ? admin.cycles[cycle.name] : settings[cycle.name] ?? nil
    }

    /// What the settings say; while they cannot be read, nobody knows that it is on.
    func isOn(_ cycle: Cycle) -> Bool {
        guard cycle.settings != nil else { return settings(of: cycle)?.enabled ?? cycle.enabled }
        guard let settings = settings(of: cycle) else { return false }
        return settings.enabled ?? cycle.enabled
    }

    func skipCondition(_ cycle: Cycle) -> String? {
        guard let condition = cycle.skipWhenEnv, condition.holds(in: environment) else { return nil }
        return "\(condition)"
    }

    /// A quota is looked at between the runs of its cycles, too: a cycle of its own for each.
    private func quotaCycles() -> [CycleDefinition] {
        configuration.tasks.compactMap { task in
            guard let every = task.quota?.checkEveryMilliseconds, task.enabled,
                let first = configuration.cycles.first(where: { isOn($0) && $0.tasks.contains(task.name) })
            else { return nil }
            do {
                let own = cycle(first)
                return CycleDefinition(
                    name: CycleDefinition.quotaCheck(of: task.name),
                    schedule: try Schedule(everyMilliseconds: every),
                    tasks: [task.name],
                    maxDurationSeconds: own.maxDurationSeconds,
                    isEnabled: own.isEnabled,
                    window: own.window,
                    isQuotaCheck: true
                )
            } catch {
                // The loader has refused intervals that a schedule does not take.
                preconditionFailure("check_every of \(task.name) passed the loader but not the schedule: \(error)")
            }
        }
    }

    // MARK: Tasks

    private func task(_ task: TaskConfiguration, _ overrides: Overrides?) throws -> TaskDefinition {
        let own = try withSettings(task)
        let policy = try overrides?.apply(to: own.policy, of: task.name) ?? own.policy
        let disabled = disabledReason(task)
        let (given, misfit) = try filters(of: task, overrides)
        let built = try StoreBuilder(context: context(of: own, policy, overrides), filters: given).build()
        var definition = TaskDefinition(
            name: task.name,
            connection: task.connection,
            resource: task.resource,
            noun: built.noun,
            sentence: (orphanSentence(task, policy, built.noun) ?? built.sentence) + copySentence(task),
            ownedResources: task.owns.map(\.things.resource),
            store: (refusing(task, overrides) ?? misfit).map { built.store.refusing($0) } ?? built.store,
            policy: policy,
            limits: task.limits,
            pace: pace(of: task),
            runLimitSeconds: task.budgetDurationMilliseconds.map { Double($0) / 1000 },
            rowBudget: task.rows == nil ? nil : policy.budget.items,
            isEnabled: disabled == nil,
            isSwitchedOff: !task.enabled,
            disabledReason: disabled,
            isDryRun: admin.tasks[task.name]?.dryRun ?? task.dryRun,
            isOptional: task.optional || configuration.connections[task.connection]?.optional == true,
            policyDigest: try digest(policy, task.limits, built.source + conditions(of: task))
        )
        definition.needsFilter = task.isByHandOnly
        definition.itemName = built.itemName
        return definition
    }

    private func context(of own: TaskConfiguration, _ policy: Policy, _ overrides: Overrides?) -> StoreContext {
        StoreContext(
            connections: connections,
            memory: memory,
            task: own,
            policy: policy,
            now: now,
            isForced: overrides?.words == .options && Terminal.isAttended
        )
    }

    private func pace(of task: TaskConfiguration) -> TaskDefinition.Pace {
        TaskDefinition.Pace(
            batch: [task.pace.batch, batchSize(of: task)].compactMap { $0 }.min(),
            pauseMilliseconds: Int(task.pace.pauseMilliseconds ?? 0),
            goalSeconds: task.pace.timeGoalMilliseconds.map { Double($0) / 1000 },
            holdFile: task.pace.holdFile
        )
    }

    /// With the ages that calls have set, or that lie in a database.
    private func withSettings(_ task: TaskConfiguration) throws -> TaskConfiguration {
        var own = task
        if case .setting(_, let fallback) = task.removal.olderThan {
            own.policy.remove?.olderThan = try retention(of: task) ?? fallback
        }
        if let olderThan = admin.tasks[task.name]?.olderThan, own.policy.remove?.olderThan != nil {
            own.policy.remove?.olderThan = olderThan
        }
        if task.rows == nil { own.policy.remove?.isListed = !task.removal.listedBy.isEmpty }
        if task.records != nil { own.policy.remove?.isExpired = task.removal.expired }
        return own
    }

    /// The policy knows ages only, and must not say that all go that are old. Rows say it themselves.
    private func orphanSentence(_ task: TaskConfiguration, _ policy: Policy, _ noun: String) -> String? {
        guard task.removal.orphan, task.rows == nil else { return nil }
        return policy.sentence(noun: "\(noun) that nothing refers to,")
    }

    /// What comes before the removal.
    private func copySentence(_ task: TaskConfiguration) -> String {
        guard let settings = task.archiveTo else { return "" }
        let prefix = settings.prefix.isEmpty ? "" : " (\(DisplayName.printable(settings.prefix.utf8))…)"
        return " What it removes is copied to \(settings.connection)\(prefix) before, and the copy is proved."
    }

    /// What decides besides the policy and the source, as text: references, lists, what goes with a row.
    private func conditions(of task: TaskConfiguration) -> Data {
        Data(
            """
            \(task.removal) \(task.referencedBy) \(task.referencedByKeys) \(task.referencedByFields) \(task.references) \
            \(task.owns) \(task.allow) \(task.quota?.path ?? "")\(grace(of: task))
            """
            .utf8
        )
    }

    /// Where a query may name it. The age that another name stands for is in the policy, and `params` are in the source.
    private func grace(of task: TaskConfiguration) -> String {
        let queries = task.removal.listedBy + task.referencedBy
        guard queries.contains(where: { $0.query.contains(":grace_cutoff") }) else { return "" }
        return " grace \(configuration.graceMilliseconds)"
    }

    /// An admin's retention, where the task asks for it.
    private func retention(of task: TaskConfiguration) throws -> Age? {
        let days = settings(for: task).compactMap(\.retentionDays).first
        return try days.map { try Age(parsing: "\($0)d") }
    }

    private func batchSize(of task: TaskConfiguration) -> Int? { settings(for: task).compactMap(\.batchSize).first }

    private func settings(for task: TaskConfiguration) -> [CycleSettings] {
        configuration.cycles.filter { $0.tasks.contains(task.name) }.compactMap(settings(of:))
    }

    /// SHA-256 over everything that decides what goes, in a form that does not depend on the order of dictionaries.
    private func digest(_ policy: Policy, _ limits: Limits, _ source: Data) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var hash = SHA256()
        hash.update(data: try encoder.encode(policy))
        hash.update(data: try encoder.encode(limits))
        hash.update(data: source)
        return hash.finalize().hexadecimal
    }
}
