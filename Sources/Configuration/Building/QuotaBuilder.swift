import Retention

/// What a quota measures: removing items must bring it down, and the state store must not count into it.
struct QuotaBuilder {
    let base: ConfigurationBuilder
    let names: ConnectionNames
    /// Absolute path of the state store, if it is a file.
    let statePath: String?

    /// - Parameter source: the task's own section `files`.
    func build(
        _ task: Section,
        files: TaskConfiguration.FilesSource,
        source: Section
    ) -> TaskConfiguration.QuotaSettings? {
        guard let quota = task.section("quota"), let of = quota["of"], let name = of.text else { return nil }
        guard names.isDeclared(of) else { return nil }
        guard isDirectory(of) else { return nil }
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
        } else if let root = names.connections[name]?.root {
            checkState(outside: Paths.absolute(path, in: root), of)
        }
        return settings(quota, name, path)
    }

    /// Of records: what is measured are files that they own.
    func build(_ task: Section, owns: [TaskConfiguration.Owned]) -> TaskConfiguration.QuotaSettings? {
        guard let quota = task.section("quota"), let of = quota["of"], let name = of.text else { return nil }
        guard names.isDeclared(of), isDirectory(of) else { return nil }
        let owned = owns.compactMap { if case .files(let files) = $0 { files.connection } else { nil } }
        let path = quota.text("path") ?? ""
        if owned.isEmpty, task.isWhole {
            let message =
                "needs files that the records own (owns: [{ files: … }]): a record alone takes no room to speak of"
            base.problems.add(quota.position, quota.path, message)
        } else if !owned.isEmpty, !owned.contains(name) {
            base.problems.add(
                of,
                "measures the connection \"\(of.shown)\", but the records own files in"
                    + " \"\(Shown.text(owned[0]))\"; name that one"
            )
        } else if let root = names.connections[name]?.root {
            checkState(outside: Paths.absolute(path, in: root), of)
        }
        return settings(quota, name, path)
    }

    private func isDirectory(_ of: Entry) -> Bool {
        // A connection that was not built has been reported.
        guard let name = of.text, names.connections[name] != nil else { return true }
        return names.find(of, .directory, "a quota measures") != nil
    }

    private func settings(_ quota: Section, _ name: String, _ path: String) -> TaskConfiguration.QuotaSettings {
        TaskConfiguration.QuotaSettings(
            connection: name,
            path: path,
            checkEveryMilliseconds: quota.milliseconds("check_every")
        )
    }

    private func checkState(outside measured: String, _ entry: Entry) {
        guard let statePath else { return }
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
