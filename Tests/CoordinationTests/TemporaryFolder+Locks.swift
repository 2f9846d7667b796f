import Support

extension TemporaryFolder {
    /// Where the locks of a state file in this folder lie.
    var locks: String { path + "/state.db.locks" }

    func lockFile(_ task: String) -> String { locks + "/task-\(task).lock" }
}
