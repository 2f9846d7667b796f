import CleanupConfiguration
import Crypto
import Engine
import Foundation
import Retention
import State
import Stores

/// Makes what the engine runs from checked configuration values.
struct ProgramBuilder {
    let configuration: Configuration
    /// For `skip_when_env`.
    let environment: [String: String]

    func program(overrides: OverrideOptions?) throws -> Program {
        let cycles = configuration.cycles.map(cycle)
        return Program(
            tasks: try configuration.tasks.map { try task($0, overrides) },
            cycles: cycles + quotaCycles(),
            isEnabled: configuration.enabled,
            isDryRun: configuration.dryRun,
            keepRuns: configuration.state.keepRuns,
            keepItems: configuration.state.keepItems
        )
    }

    // MARK: Cycles

    private func cycle(_ cycle: Cycle) -> CycleDefinition {
        CycleDefinition(
            name: cycle.name,
            schedule: cycle.schedule,
            tasks: cycle.tasks,
            maxDurationSeconds: cycle.maxDurationMilliseconds.map { Double($0) / 1000 },
            runsAtStart: cycle.atStart,
            isEnabled: cycle.enabled && skipCondition(cycle) == nil,
            window: cycle.window.map {
                Engine.Window(fromMinute: $0.fromMinute, toMinute: $0.toMinute, zone: cycle.zone)
            },
            retry: cycle.retry.map {
                .init(attempts: $0.attempts, backoffSeconds: Double($0.backoffMilliseconds) / 1000)
            }
        )
    }

    private func skipCondition(_ cycle: Cycle) -> String? {
        guard let condition = cycle.skipWhenEnv, condition.holds(in: environment) else { return nil }
        return "\(condition)"
    }

    /// A quota is looked at between the runs of its cycles, too: a cycle of its own for each.
    private func quotaCycles() -> [CycleDefinition] {
        configuration.tasks.compactMap { task in
            guard let every = task.quota?.checkEveryMilliseconds, task.enabled, isScheduled(task) else { return nil }
            do {
                let schedule = try Schedule(everyMilliseconds: every)
                let own = configuration.cycles.first { $0.enabled && $0.tasks.contains(task.name) }.map(cycle)
                return CycleDefinition(
                    name: "quota:\(task.name)",
                    schedule: schedule,
                    tasks: [task.name],
                    maxDurationSeconds: own?.maxDurationSeconds,
                    isEnabled: own?.isEnabled ?? false,
                    window: own?.window,
                    isQuotaCheck: true
                )
            } catch {
                // The loader has refused intervals that a schedule does not take.
                preconditionFailure("check_every of \(task.name) passed the loader but not the schedule: \(error)")
            }
        }
    }

    private func isScheduled(_ task: TaskConfiguration) -> Bool { configuration.scheduledTasks.contains(task.name) }

    // MARK: Tasks

    private func task(_ task: TaskConfiguration, _ overrides: OverrideOptions?) throws -> TaskDefinition {
        let policy = try overrides?.apply(to: task.policy) ?? task.policy
        let disabled = disabledReason(task)
        let specification = specification(task)
        return TaskDefinition(
            name: task.name,
            resource: task.resource,
            noun: task.resource == "files" ? task.files.type.noun : task.resource,
            store: .items(FilesStore(rootPath: connection(task).root, specification: specification)),
            policy: policy,
            limits: task.limits,
            pace: .init(
                batch: task.pace.batch,
                pauseMilliseconds: Int(task.pace.pauseMilliseconds ?? 0),
                holdFile: task.pace.holdFile
            ),
            runLimitSeconds: task.budgetDurationMilliseconds.map { Double($0) / 1000 },
            isEnabled: disabled == nil,
            isSwitchedOff: !task.enabled,
            disabledReason: disabled,
            isDryRun: task.dryRun,
            isOptional: task.optional || connection(task).optional,
            policyDigest: try digest(policy, task.limits, specification, root: connection(task).root)
        )
    }

    private func disabledReason(_ task: TaskConfiguration) -> String? {
        guard task.enabled else { return "enabled: false" }
        let cycles = configuration.cycles.filter { $0.tasks.contains(task.name) }
        guard !cycles.isEmpty else { return "it stands in no cycle and runs by hand only" }
        let enabled = cycles.filter(\.enabled)
        guard !enabled.isEmpty else { return "its cycles are switched off" }
        let skipped = enabled.compactMap(skipCondition)
        return skipped.count == enabled.count ? "its cycles are skipped because of \(skipped[0])" : nil
    }

    private func connection(_ task: TaskConfiguration) -> Configuration.Connection {
        guard let connection = configuration.connections[task.connection] else {
            preconditionFailure(
                "The loader let task \(task.name) name the connection \(task.connection), which is not there"
            )
        }
        return connection
    }

    private func specification(_ task: TaskConfiguration) -> FilesSpecification {
        let files = task.files
        return FilesSpecification(
            path: files.path,
            match: files.match,
            exclude: files.exclude,
            type: .init(files.type),
            depth: files.depth,
            time: .init(files.time),
            groupBy: files.groupBy.map(FilesSpecification.GroupBy.init),
            keepMatch: task.policy.keep.match,
            keepOpen: task.policy.keep.open,
            protect: connection(task).protect,
            compresses: task.policy.compressOlderThan != nil,
            measuresUsage: task.policy.quota != nil,
            ownPaths: ownPaths
        )
    }

    /// What no task may touch: state, configuration, secrets, and the files that hold tasks back.
    private var ownPaths: [String] {
        SQLiteStateStore.ownPaths(for: configuration.state.path) + [configuration.file]
            + configuration.tasks.compactMap(\.pace.holdFile) + configuration.http.secretFiles
    }

    /// SHA-256 over everything that decides what goes, in a form that does not depend on the order of dictionaries.
    private func digest(
        _ policy: Policy,
        _ limits: Limits,
        _ files: FilesSpecification,
        root: String
    ) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var hash = SHA256()
        hash.update(data: try encoder.encode(policy))
        hash.update(data: try encoder.encode(limits))
        hash.update(data: try encoder.encode(files))
        hash.update(data: Data(root.utf8))
        return hash.finalize().hexadecimal
    }
}

extension HTTPConfiguration {
    /// Files that hold tokens and keys.
    fileprivate var secretFiles: [String] {
        let tokens = tokens.values.compactMap { token in
            if case .file(let path) = token.source { path } else { nil }
        }
        return tokens + (tls.map { [$0.certificate, $0.key] } ?? [])
    }
}

extension TaskConfiguration.FilesSource.Kind {
    fileprivate var noun: String {
        switch self {
        case .file: "files"
        case .directory: "directories"
        case .any: "files and directories"
        }
    }
}

extension FilesSpecification.Kind {
    init(_ kind: TaskConfiguration.FilesSource.Kind) {
        switch kind {
        case .file: self = .file
        case .directory: self = .directory
        case .any: self = .any
        }
    }
}

extension FilesSpecification.Time {
    init(_ time: TaskConfiguration.FilesSource.Time) {
        switch time {
        case .mtime: self = .mtime
        case .atime: self = .atime
        case .ctime: self = .ctime
        case .birth: self = .birth
        case .newest: self = .newest
        }
    }
}

extension FilesSpecification.GroupBy {
    init(_ grouping: TaskConfiguration.FilesSource.Grouping) {
        switch grouping {
        case .directory: self = .directory
        case .component(let index): self = .component(index)
        }
    }
}
