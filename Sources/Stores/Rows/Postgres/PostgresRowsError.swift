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

extension PostgresError {
    /// A constraint or a trigger refused one row; others of the same statement may go.
    var isOfTheRow: Bool {
        guard !isConnectionLost, !isStaleStatement, let sqlState else { return false }
        // Class 42: the statement itself is wrong.
        return code == .integrity || (code == .other && !sqlState.hasPrefix("42"))
    }
}
