import Retention

/// The tasks of a file.
struct TasksBuilder {
    let base: ConfigurationBuilder
    let connections: ConnectionsBuilder.Result
    let cycles: [Cycle]
    /// Absolute path of the state store.
    let statePath: String

    func build(_ table: [(name: String, entry: Entry)]) -> [TaskConfiguration] {
        table.compactMap { name, entry in entry.section.flatMap { build(name, $0) } }
    }

    private func build(_ name: String, _ section: Section) -> TaskConfiguration? {
        guard let source = section.section("files") else { return nil }
        let connection = connection(of: source)
        let files = files(source)
        let before = base.problems.count
        var policy = PolicyBuilder(base: base, section: section, files: files).build()
        policy.zone = zone(of: name, section, policy)
        let quota = quota(section, files: files, source: source)
        let task = TaskConfiguration(
            name: name,
            resource: section.text("resource") ?? "files",
            enabled: section.flag("enabled") ?? true,
            dryRun: section.flag("dry_run") ?? false,
            optional: section.flag("optional") ?? false,
            connection: connection ?? "",
            files: files,
            policy: policy,
            limits: limits(section.section("limits")),
            budgetDurationMilliseconds: section.section("budget")?.milliseconds("duration"),
            pace: pace(section.section("pace")),
            quota: quota
        )
        PolicyChecks(base: base, section: section, task: task).run(problemsBefore: before)
        return task
    }

    private func connection(of source: Section) -> String? {
        guard let entry = source["in"], let name = entry.text else { return nil }
        checkDeclared(name, entry)
        return name
    }

    /// Whether the file has a connection of this name; reports it if not.
    @discardableResult
    private func checkDeclared(_ name: String, _ entry: Entry) -> Bool {
        guard let declared = connections.declared, !declared.contains(name) else { return true }
        let suggestion = EditDistance.suggestion(for: entry.shown, among: declared)
        base.problems.add(entry, "there is no connection \"\(entry.shown)\"\(suggestion)")
        return false
    }

    private func files(_ section: Section) -> TaskConfiguration.FilesSource {
        TaskConfiguration.FilesSource(
            path: section.text("path") ?? "",
            match: section.texts("match"),
            exclude: section.texts("exclude"),
            type: section.text("type").flatMap(TaskConfiguration.FilesSource.Kind.init) ?? .file,
            depth: section.integer("depth"),
            time: section.text("time").flatMap(TaskConfiguration.FilesSource.Time.init) ?? .mtime,
            groupBy: grouping(section)
        )
    }

    private func grouping(_ section: Section) -> TaskConfiguration.FilesSource.Grouping? {
        switch section["group_by"]?.value {
        case .integer(let component): .component(component)
        case .text: .directory
        default: nil
        }
    }

    /// Calendar rules count in the zone of the task's cycle; two cycles must not disagree about it.
    private func zone(of name: String, _ section: Section, _ policy: Policy) -> String {
        let own = cycles.filter { $0.tasks.contains(name) }
        guard let first = own.first else { return "UTC" }
        if let other = own.first(where: { $0.zone != first.zone }), policy.keep.usesCalendar {
            let message =
                "counts calendar days, but its cycles \"\(first.name)\" and \"\(other.name)\" have different time zones;"
                + " give both the same"
            base.problems.add(section.position, section.path, message)
        }
        return first.zone
    }

    private func limits(_ section: Section?) -> Limits {
        Limits(
            maxItems: section?.integer("max_items"),
            maxBytes: section?.bytes("max_bytes"),
            maxPercent: section?.number("max_percent")
        )
    }

    private func pace(_ section: Section?) -> TaskConfiguration.Pace {
        TaskConfiguration.Pace(
            batch: section?.integer("batch"),
            pauseMilliseconds: section?.milliseconds("pause"),
            holdFile: section.flatMap { base.path($0, "hold_file") }
        )
    }

    /// Removing items must bring the measured size down, and the state store must not count into it.
    private func quota(
        _ task: Section,
        files: TaskConfiguration.FilesSource,
        source: Section
    ) -> TaskConfiguration.QuotaSettings? {
        guard let quota = task.section("quota"), let of = quota["of"], let name = of.text else { return nil }
        guard checkDeclared(name, of) else { return nil }
        let path = quota.text("path") ?? files.path
        if let own = source.text("in"), name != own {
            base.problems.add(
                of,
                "measures the connection \"\(of.shown)\", but the task removes from \"\(Shown.text(own))\","
                    + " which would not bring it down; name that of the task"
            )
        } else if source.isWhole, quota.isWhole, !Paths.isWithin(files.path, path) {
            let entry = quota["path"] ?? of
            base.problems.add(entry, "must hold the task's own path, or removing would not bring the size down")
        } else if let root = connections[name]?.root {
            checkState(outside: Paths.absolute(path, in: root), of)
        }
        return TaskConfiguration.QuotaSettings(path: path, checkEveryMilliseconds: quota.milliseconds("check_every"))
    }

    private func checkState(outside measured: String, _ entry: Entry) {
        let folder = Paths.folder(of: statePath)
        let real = (base.resolve(folder) ?? folder, base.resolve(measured) ?? measured)
        guard Paths.isWithin(statePath, measured) || Paths.isWithin(real.0, real.1) else { return }
        base.problems.add(
            entry,
            "the quota measures \(Shown.text(measured)), which holds the state store \(Shown.text(statePath));"
                + " put the state store elsewhere (key \"state\"), or measure a path beside it"
        )
    }
}

extension Policy.Keep {
    /// Some rule needs to know where a day begins.
    fileprivate var usesCalendar: Bool {
        ([counts] + groups.values).contains { $0.hourly + $0.daily + $0.weekly + $0.monthly + $0.yearly > 0 }
    }
}
