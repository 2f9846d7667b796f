import Retention

/// Makes the typed values of a checked document, and checks what needs more than one key: references between
/// sections, overlapping roots, policies. Problems of a section that is not whole are not reported a second time.
struct ConfigurationBuilder {
    /// Absolute path of the configuration file.
    let file: String
    let problems: ProblemList
    let warnings: ProblemList
    /// Where a path really leads; `nil` if it is not there.
    let resolve: @Sendable (String) -> String?

    var folder: String { Paths.folder(of: file) }

    /// The configuration; meaningless if there are problems.
    func build(_ root: Section) -> Configuration {
        let connections = ConnectionsBuilder(base: self, root: root).build()
        let taskTable = root.table("tasks")
        let names = ConnectionNames(problems: problems, connections: connections)
        let cycles = (root.table("cycles")?.entries ?? []).compactMap { name, entry in
            entry.section.flatMap {
                CycleBuilder(base: self, name: name, section: $0, tasks: taskTable?.declared, names: names).build()
            }
        }
        let state = state(root.section("state"))
        let coordination = CoordinationBuilder(base: self).build(root.section("coordination"), state: state)
        let tasks = TasksBuilder(
            base: self,
            names: names,
            cycles: cycles,
            statePath: state.path,
            keyPrefix: coordination.keyPrefix
        )
        .build(taskTable?.entries ?? [])
        checkRetention(cycles, root, tasks)
        return Configuration(
            file: file,
            enabled: root.flag("enabled") ?? true,
            dryRun: root.flag("dry_run") ?? false,
            graceMilliseconds: root.milliseconds("grace") ?? 30 * 60 * 1000,
            log: log(root.section("log")),
            state: state,
            coordination: coordination,
            http: HTTPBuilder(base: self).build(root.section("http")),
            connections: Dictionary(uniqueKeysWithValues: connections.values.map { ($0.name, $0.connection) }),
            queries: queries(root.table("queries"), names),
            cycles: cycles,
            tasks: tasks,
            warnings: warnings.sorted
        )
    }

    /// The absolute path of a file key.
    func path(_ section: Section, _ key: String) -> String? {
        section.text(key).map { Paths.absolute($0, in: folder) }
    }

    private func log(_ section: Section?) -> Configuration.Log {
        var log = Configuration.Log()
        if let level = section?.text("level") { log.level = level }
        if let format = section?.text("format").flatMap(Configuration.Log.Format.init) { log.format = format }
        return log
    }

    private func state(_ section: Section?) -> Configuration.State {
        Configuration.State(
            kind: stateKind(section?["url"]),
            keepRuns: section?.age("keep_runs") ?? Age(milliseconds: 90 * Self.day, text: "90d"),
            keepItems: section?.age("keep_items") ?? Age(milliseconds: 30 * Self.day, text: "30d")
        )
    }

    private func stateKind(_ url: Entry?) -> Configuration.State.Kind {
        switch url?.value {
        case .url(.sqlite(let path)): return .sqlite(path: Paths.absolute(path, in: folder))
        case .url(.postgres(let text)): return .postgres(.text(text))
        case .section(let file): return .postgres(.file(path(file, "file") ?? ""))
        default: return .sqlite(path: Paths.absolute("cleanup-state.db", in: folder))
        }
    }

    private func queries(_ table: Table?, _ names: ConnectionNames) -> [Configuration.NamedQuery] {
        (table?.entries ?? []).compactMap { name, entry in
            entry.section.flatMap { names.query($0, "sql") }.map { .init(name: name, reference: $0) }
        }
    }

    /// A retention that somebody sets and nothing obeys.
    private func checkRetention(_ cycles: [Cycle], _ root: Section, _ tasks: [TaskConfiguration]) {
        let obeying = Set(
            tasks.filter { if case .setting? = $0.removal.olderThan { true } else { false } }.map(\.name)
        )
        for cycle in cycles where cycle.settings?.columns.retentionDays != nil {
            let section = root.table("cycles")?.entries.first { $0.name == cycle.name }?.entry.section
            let entry = section?.section("settings")?.section("columns")?["retention_days"]
            guard let entry, obeying.isDisjoint(with: cycle.tasks) else { continue }
            warnings.add(
                entry,
                "no task of the cycle takes its age from it; write older_than: { setting: retention_days, default: 30d }"
            )
        }
    }

    private static let day: Int64 = 24 * 60 * 60 * 1000
}
