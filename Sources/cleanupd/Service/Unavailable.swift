import CleanupConfiguration

/// What the grammar of the configuration has and this version does not do yet: refused, never half obeyed.
enum Unavailable {
    /// One sentence for each such key, with its path.
    static func problems(in configuration: Configuration) -> [String] {
        var keys: [String] = []
        if configuration.http.tls != nil { keys.append("http.tls") }
        for cycle in configuration.cycles where !cycle.notify.isEmpty { keys.append("cycles.\(cycle.name).notify") }
        for task in configuration.tasks {
            switch task.source {
            case .objects: keys.append("tasks.\(task.name).objects")
            case .containers: keys.append("tasks.\(task.name).containers")
            case .records: keys.append("tasks.\(task.name).records")
            case .files, .rows, .keys: break
            }
            if !task.referencedByFields.isEmpty { keys.append("tasks.\(task.name).keep.referenced_by.field") }
            for case .objects in task.owns { keys.append("tasks.\(task.name).owns.objects") }
            if let quota = task.quota, quota.path != task.files?.path { keys.append("tasks.\(task.name).quota.path") }
        }
        return keys.map { "\(configuration.file): \($0): not available in this version of cleanupd; take the key out" }
    }
}
