import CleanupConfiguration
import Engine
import Retention
import Stores

/// Why a task does not run, or not as it is asked to.
extension ProgramBuilder {
    /// Why it does not run by itself, if so.
    func disabledReason(_ task: TaskConfiguration) -> String? {
        guard task.enabled else { return "enabled: false" }
        guard !task.isByHandOnly else { return "it has filters and nothing under remove, and runs by hand only" }
        let cycles = configuration.cycles.filter { $0.tasks.contains(task.name) }
        guard !cycles.isEmpty else { return "it stands in no cycle and runs by hand only" }
        let enabled = cycles.filter(isOn)
        guard !enabled.isEmpty else { return "its cycles are switched off" }
        let skipped = enabled.compactMap(skipCondition)
        return skipped.count == enabled.count ? "its cycles are skipped because of \(skipped[0])" : nil
    }

    /// Why its store must not be used, if so. Who calls from afar cannot know what was set; at the terminal one may say it.
    func refusing(_ task: TaskConfiguration, _ overrides: Overrides?) -> StoreError? {
        let isSaid = overrides?.words == .options && overrides?.values(for: task.name).olderThan != nil
        return (unreadable(task) ?? (isSaid ? nil : undecided(task))).map { StoreError(.unreadable, $0) }
    }

    /// A run with filters names one task, of which ``Overrides/check(against:of:)`` says whether they fit. Another of the
    /// file's, to which they do not, is not asked; without them it must not run either.
    func filters(
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
}
