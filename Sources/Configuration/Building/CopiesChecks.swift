/// What must hold between the tasks that copy files before they remove them.
struct CopiesChecks {
    let base: ConfigurationBuilder
    let names: ConnectionNames

    /// Keys of copies are paths from a task's own path: two tasks with one prefix may mean the same key, and the files of
    /// the second one would never go.
    func run(_ tasks: [TaskConfiguration], _ table: [(name: String, entry: Entry)]) {
        var first: [Place: String] = [:]
        for task in tasks {
            guard let place = place(of: task) else { continue }
            guard let other = first[place] else {
                first[place] = task.name
                continue
            }
            guard
                let section = table.first(where: { $0.name == task.name })?.entry.section?.section("archive_to"),
                section.isWhole
            else { continue }
            let message = "copies to the keys of task \"\(other)\"; give each a prefix of its own"
            base.problems.add(section.position, section.path, message)
        }
    }

    /// Where keys are the same, whatever the connection is called.
    private struct Place: Hashable {
        let server: String
        let bucket: String
        /// Bytes, because different ones can be equal strings.
        let prefix: [UInt8]
    }

    private func place(of task: TaskConfiguration) -> Place? {
        guard let settings = task.archiveTo, case .s3(let bucket)? = names.connections[settings.connection]?.kind else {
            return nil
        }
        return Place(
            server: bucket.endpoint ?? bucket.region,
            bucket: bucket.bucket,
            prefix: Array(settings.prefix.utf8)
        )
    }
}
