import CleanupConfiguration
import Crypto
import Engine
import Foundation
import Retention
import Stores

/// Makes what the engine runs from checked configuration values, and from what an admin has set over them.
struct ProgramBuilder {
    let configuration: Configuration
    /// For `skip_when_env`.
    let environment: [String: String]
    let connections: Connections
    let memory: ReferenceMemory
    /// As of ``Backends``.
    var now: @Sendable () -> Instant = { SystemClock.now() }
    /// By cycle; a cycle whose settings could not be read yet is `nil` here and switched off.
    var settings: [String: CycleSettings?] = [:]
    /// What admins have set by calls.
    var admin = AdminSettings()
    /// Whom cycles tell, by cycle.
    var notices: [String: [NoticeRule]] = [:]

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
                QuietBuilder(connections: connections, configuration: configuration).wait($0)
            },
            retry: cycle.retry.map {
                .init(attempts: $0.attempts, backoffSeconds: Double($0.backoffMilliseconds) / 1000)
            } ?? .init()
        )
    }

    /// Of a cycle's own table where it has one, else what was set by calls.
    private func settings(of cycle: Cycle) -> CycleSettings? {
        cycle.settings == nil ? admin.cycles[cycle.name] : settings[cycle.name] ?? nil
    }

    /// What the settings say; while they cannot be read, nobody knows that it is on.
    private func isOn(_ cycle: Cycle) -> Bool {
        guard cycle.settings != nil else { return settings(of: cycle)?.enabled ?? cycle.enabled }
        guard let settings = settings(of: cycle) else { return false }
        return settings.enabled ?? cycle.enabled
    }

    private func skipCondition(_ cycle: Cycle) -> String? {
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
        let builder = StoreBuilder(
            context: StoreContext(
                configuration: configuration,
                connections: connections,
                memory: memory,
                task: own,
                policy: policy,
                now: now,
                isForced: overrides?.words == .options && Terminal.isAttended
            ),
            filters: given
        )
        let built = try builder.build()
        var definition = TaskDefinition(
            name: task.name,
            connection: task.connection,
            resource: task.resource,
            noun: built.noun,
            sentence: (orphanSentence(task, policy, built.noun) ?? built.sentence) + archiveSentence(task),
            ownedResources: task.owns.map(\.things.resource),
            store: (refusing(task, overrides) ?? misfit).map { built.store.refusing($0) } ?? built.store,
            policy: policy,
            limits: task.limits,
            pace: .init(
                batch: [task.pace.batch, batchSize(of: task)].compactMap { $0 }.min(),
                pauseMilliseconds: Int(task.pace.pauseMilliseconds ?? 0),
                goalSeconds: task.pace.timeGoalMilliseconds.map { Double($0) / 1000 },
                holdFile: task.pace.holdFile
            ),
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
        return definition
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

    /// Why its store must not be used, if so. Who calls from afar cannot know what was set; at the terminal one may say it.
    private func refusing(_ task: TaskConfiguration, _ overrides: Overrides?) -> StoreError? {
        let isSaid = overrides?.words == .options && overrides?.values(for: task.name).olderThan != nil
        return (unreadable(task) ?? (isSaid ? nil : undecided(task))).map { StoreError(.unreadable, $0) }
    }

    /// A run with filters names one task, of which ``Overrides/check(against:of:)`` says whether they fit. Another of the
    /// file's, to which they do not, is not asked; without them it must not run either.
    private func filters(
        of task: TaskConfiguration,
        _ overrides: Overrides?
    ) throws -> (filters: [RowsFilter], misfit: StoreError?) {
        guard task.rows != nil, let overrides else { return ([], nil) }
        do {
            return (try overrides.filters(of: task), nil)
        } catch let failure as CommandFailure {
            return ([], StoreError(.unreadable, failure.message))
        }
    }

    /// The policy knows ages only, and must not say that all go that are old. Rows say it themselves.
    private func orphanSentence(_ task: TaskConfiguration, _ policy: Policy, _ noun: String) -> String? {
        guard task.removal.orphan, task.rows == nil else { return nil }
        return policy.sentence(noun: "\(noun) that nothing refers to,")
    }

    /// What comes before the removal.
    private func archiveSentence(_ task: TaskConfiguration) -> String {
        guard let archive = task.archiveTo else { return "" }
        let prefix = archive.prefix.isEmpty ? "" : " (\(DisplayName.printable(archive.prefix.utf8))…)"
        return " What it removes is copied to \(archive.connection)\(prefix) before, and the copy is proved."
    }

    /// What decides besides the policy and the source, as text: references, lists, what goes with a row.
    private func conditions(of task: TaskConfiguration) -> Data {
        Data(
            """
            \(task.removal) \(task.referencedBy) \(task.referencedByKeys) \(task.referencedByFields) \(task.references) \
            \(task.owns) \(task.allow) \(task.quota?.path ?? "")
            """
            .utf8
        )
    }

    /// An admin's retention, where the task asks for it.
    private func retention(of task: TaskConfiguration) throws -> Age? {
        let days = settings(for: task).compactMap(\.retentionDays).first
        return try days.map { try Age(parsing: "\($0)d") }
    }

    /// Why nobody knows what was set for a task by a call: it may have been a dry run.
    private func unreadable(_ task: TaskConfiguration) -> String? {
        guard admin.unreadableTasks.contains(task.name) else { return nil }
        return
            "What was set for \(task.name) by a call cannot be read from the state store; the log says which. Nothing was "
            + "removed. Set it again by PUT /api/cleanup/settings."
    }

    /// Why nobody knows the retention of a task that an admin sets: its default may be shorter than what was set.
    private func undecided(_ task: TaskConfiguration) -> String? {
        guard case .setting = task.removal.olderThan else { return nil }
        let byCalls = configuration.cycles.filter { $0.settings == nil && $0.tasks.contains(task.name) }
        if byCalls.contains(where: { settings(of: $0)?.isRetentionRefused == true }) {
            return
                "The retention_days that was set for \(task.name) by a call is not legal. Nothing was removed. Set it "
                + "again by PUT /api/cleanup/settings, or say --older-than."
        }
        let unread = configuration.cycles.first { cycle in
            cycle.settings != nil && cycle.tasks.contains(task.name) && settings(of: cycle) == nil
        }
        guard let unread, let table = unread.settings?.table else { return nil }
        return "The retention of \(task.name) is not known, because \(table), which sets it for the cycle "
            + "\(unread.name), was not read or holds no legal retention_days; the log says which. Nothing was removed. "
            + "Mend that, or say --older-than."
    }

    private func batchSize(of task: TaskConfiguration) -> Int? { settings(for: task).compactMap(\.batchSize).first }

    private func settings(for task: TaskConfiguration) -> [CycleSettings] {
        configuration.cycles.filter { $0.tasks.contains(task.name) }.compactMap(settings(of:))
    }

    private func disabledReason(_ task: TaskConfiguration) -> String? {
        guard task.enabled else { return "enabled: false" }
        guard !task.isByHandOnly else { return "it has filters and nothing under remove, and runs by hand only" }
        let cycles = configuration.cycles.filter { $0.tasks.contains(task.name) }
        guard !cycles.isEmpty else { return "it stands in no cycle and runs by hand only" }
        let enabled = cycles.filter(isOn)
        guard !enabled.isEmpty else { return "its cycles are switched off" }
        let skipped = enabled.compactMap(skipCondition)
        return skipped.count == enabled.count ? "its cycles are skipped because of \(skipped[0])" : nil
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
