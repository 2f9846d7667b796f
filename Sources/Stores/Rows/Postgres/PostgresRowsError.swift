import Clients

extension StoreError {
    /// What an error of the client means to who wants to clean a table.
    init(_ error: PostgresError, task: String) {
        let code: Code =
            switch error.code {
            case .undefinedTable, .undefinedColumn: .absent
            case .connection, .breakerOpen: .missing
            default: .unreadable
            }
        self.init(code, "Task \(task): \(error.message)")
    }
}
