import CLibPQ

/// What the server remarked beside a statement's result: a warning is not an error, yet may say that nothing was done
/// (VACUUM of a table that the role does not own).
package struct PostgresNotice: Sendable, Equatable {
    /// WARNING, NOTICE, INFO, LOG or DEBUG; never translated.
    package let severity: String
    /// The server's code of five characters.
    package let sqlState: String
    /// What it says, in the server's language.
    package let message: String

    /// Makes one, to compare with.
    package init(severity: String, sqlState: String, message: String) {
        self.severity = severity
        self.sqlState = sqlState
        self.message = message
    }
}

/// Collects notices: libpq would print them to standard error.
final class PostgresNotices {
    /// Of the last statement; no more than `limit`.
    var list: [PostgresNotice] = []
    private static let limit = 32

    /// This object must outlive the connection.
    func receive(from connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<PostgresNotices>.fromOpaque(context).takeUnretainedValue().add(result)
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    private func add(_ result: OpaquePointer) {
        guard list.count < Self.limit else { return }
        let field = { (pointer: UnsafePointer<CChar>?) in pointer.map { String(cString: $0) } ?? "" }
        list.append(
            PostgresNotice(
                severity: field(clibpq_severity(result)),
                sqlState: field(clibpq_sqlstate(result)),
                message: field(clibpq_message(result))
            )
        )
    }
}
