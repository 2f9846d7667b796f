import Retention

/// The tasks of a file.
struct TasksBuilder {
    let base: ConfigurationBuilder
    let names: ConnectionNames
    let cycles: [Cycle]
    /// Absolute path of the state store, if it is a file.
    let statePath: String?
    /// What the names of our own keys begin with.
    let keyPrefix: String

    func build(_ table: [(name: String, entry: Entry)]) -> [TaskConfiguration] {
        let tasks = table.compactMap { name, entry in entry.section.flatMap { build(name, $0) } }
        CopiesChecks(base: base, names: names).run(tasks, table)
        return tasks
    }

    private func build(_ name: String, _ section: Section) -> TaskConfiguration? {
        let own = cycles.filter { $0.tasks.contains(name) }
        guard let (source, origin) = source(section) else { return nil }
        let before = base.problems.count
        var task = build(name, section, source, origin, own)
        let quotas = QuotaBuilder(base: base, names: names, statePath: statePath)
        switch source {
        case .files(let files): task.quota = quotas.build(section, files: files, source: origin)
        case .records: task.quota = quotas.build(section, owns: task.owns)
        case .rows, .keys, .objects, .containers: break
        }
        TaskChecks(base: base, section: section, task: task, cycles: own, keyPrefix: keyPrefix)
            .run(problemsBefore: before)
        return task
    }

    /// The source and its section; `nil` = there is none that is right.
    private func source(_ section: Section) -> (TaskConfiguration.Source, Section)? {
        let given = ["files", "rows", "keys", "objects", "containers", "records"].filter { section.section($0) != nil }
        guard given.count == 1, let origin = section.section(given[0]) else { return nil }
        let builder = SourceBuilder()
        switch given[0] {
        case "files":
            find(origin, .directory, "files are cleaned in")
            return (.files(builder.files(origin)), origin)
        case "rows":
            find(origin, .database, "rows are cleaned in")
            return (.rows(builder.rows(origin)), origin)
        case "keys":
            find(origin, .redis, "keys are cleaned in")
            return (.keys(builder.keys(origin)), origin)
        case "objects":
            find(origin, .bucket, "objects are cleaned in")
            return (.objects(builder.objects(origin)), origin)
        case "containers":
            find(origin, .engine, "containers are cleaned in")
            return (.containers(builder.containers(origin)), origin)
        default:
            find(origin, .json, "records are cleaned in")
            return (.records(builder.records(origin)), origin)
        }
    }

    private func find(_ origin: Section, _ need: ConnectionNames.Need, _ use: String) {
        guard let entry = origin["in"], let connection = names.find(entry, need, use) else { return }
        checkState(apartFrom: connection, entry)
    }

    private func build(
        _ name: String,
        _ section: Section,
        _ source: TaskConfiguration.Source,
        _ origin: Section,
        _ own: [Cycle]
    ) -> TaskConfiguration {
        let removals = RemovalBuilder(names: names, section: section, source: source)
        let actions = ActionBuilder(base: base, names: names, section: section)
        let removal = removals.removal()
        var policy = PolicyBuilder(base: base, section: section, source: source, olderThan: removal.olderThan).build()
        policy.zone = zone(section, policy, own)
        return TaskConfiguration(
            name: name,
            resource: section.text("resource") ?? source.noun,
            enabled: section.flag("enabled") ?? true,
            dryRun: section.flag("dry_run") ?? false,
            optional: section.flag("optional") ?? false,
            connection: origin.text("in") ?? "",
            source: source,
            policy: policy,
            removal: removal,
            referencedBy: removals.referencedBy(),
            referencedByKeys: removals.referencedByKeys(),
            referencedByFields: removals.referencedByFields(),
            keepLabels: section.section("keep")?.texts(named: "labels") ?? [:],
            keepTags: section.section("keep")?.texts(named: "tags") ?? [:],
            references: removals.references(),
            action: actions.action(),
            owns: actions.owns(),
            filters: actions.filters(),
            allow: allow(section.section("allow")),
            limits: limits(section.section("limits"), removal),
            budgetDurationMilliseconds: section.section("budget")?.milliseconds("duration"),
            pace: pace(section.section("pace")),
            compressionLibrary: section.section("compress")?.text("library").flatMap(
                TaskConfiguration.CompressionLibrary.init
            ) ?? .zlib,
            archiveTo: section.section("archive_to").flatMap(copies),
            quota: nil
        )
    }

    /// Neither the state store nor the configuration, which may be written as JSON, is there to be cleaned.
    private func checkState(apartFrom connection: Configuration.Connection, _ entry: Entry) {
        let path: String
        switch connection.kind {
        case .sqlite(let file), .json(let file): path = file
        default: return
        }
        if let statePath, isSame(path, statePath) {
            base.problems.add(entry, "\"\(entry.shown)\" is cleanupd's own state store; its rows are not to be cleaned")
        } else if isSame(path, base.file) {
            base.problems.add(entry, "\"\(entry.shown)\" is cleanupd's own configuration, which is not to be cleaned")
        }
    }

    private func isSame(_ path: String, _ other: String) -> Bool {
        path == other || (base.resolve(path) ?? path) == (base.resolve(other) ?? other)
    }

    /// Calendar rules count in the zone of the task's cycle; two cycles must not disagree about it.
    private func zone(_ section: Section, _ policy: Policy, _ own: [Cycle]) -> String {
        guard let first = own.first else { return "UTC" }
        if let other = own.first(where: { $0.zone != first.zone }), policy.keep.usesCalendar {
            let message =
                "counts calendar days, but its cycles \"\(first.name)\" and \"\(other.name)\" have different time zones;"
                + " give both the same"
            base.problems.add(section.position, section.path, message)
        }
        return first.zone
    }

    private func allow(_ section: Section?) -> TaskConfiguration.Allow {
        TaskConfiguration.Allow(
            cascade: section?.texts("cascade") ?? [],
            unconditional: section?.flag("unconditional") ?? false
        )
    }

    /// More than half of all items being orphans most likely means that the references are wrong.
    private func limits(_ section: Section?, _ removal: TaskConfiguration.Removal) -> Limits {
        Limits(
            maxItems: section?.integer("max_items"),
            maxBytes: section?.bytes("max_bytes"),
            maxPercent: section?.number("max_percent") ?? (removal.orphan ? 50 : nil)
        )
    }

    private func copies(_ section: Section) -> TaskConfiguration.CopySettings? {
        names.name(in: section, .bucket, "files are copied to").map {
            TaskConfiguration.CopySettings(connection: $0, prefix: section.text("prefix") ?? "")
        }
    }

    private func pace(_ section: Section?) -> TaskConfiguration.Pace {
        TaskConfiguration.Pace(
            batch: section?.integer("batch"),
            pauseMilliseconds: section?.milliseconds("pause"),
            holdFile: section.flatMap { base.path($0, "hold_file") },
            timeGoalMilliseconds: section?.milliseconds("time_goal"),
            maxLagMilliseconds: section?.milliseconds("max_lag"),
            maxLoad: section?.number("max_load"),
            health: section?.section("health").flatMap(names.reference)
        )
    }
}

extension TaskConfiguration.Source {
    /// What a task removes if it does not say it.
    fileprivate var noun: String {
        switch self {
        case .files: "files"
        case .rows: "rows"
        case .keys: "keys"
        case .objects: "objects"
        case .containers: "containers"
        case .records: "records"
        }
    }
}

extension Policy.Keep {
    /// Some rule needs to know where a day begins.
    fileprivate var usesCalendar: Bool {
        ([counts] + groups.values).contains { $0.hourly + $0.daily + $0.weekly + $0.monthly + $0.yearly > 0 }
    }
}
