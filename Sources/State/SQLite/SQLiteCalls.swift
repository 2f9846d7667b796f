import GRDB
import Retention

/// Calls from outside that change something.
extension SQLiteStateStore {
    package func record(_ call: CallRecord) throws {
        try write(.power) { database in
            try database.execute(
                sql: """
                    INSERT INTO call (id, at, who, address, call, detail, status, ended_at, message)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET status = COALESCE(excluded.status, call.status),
                        ended_at = COALESCE(excluded.ended_at, call.ended_at),
                        message = COALESCE(excluded.message, call.message)
                    """,
                arguments: [
                    call.id.description, call.at.nanoseconds, call.who, call.from, call.call, call.detail, call.status,
                    call.endedAt?.nanoseconds, call.message,
                ]
            )
        }
    }

    package func calls(before: RunID?, limit: Int) throws -> [CallRecord] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT * FROM call WHERE id < ? ORDER BY id DESC LIMIT ?",
                // Above every identity, for the first page.
                arguments: [before?.description ?? "g", max(0, limit)]
            )
            return try rows.map { try CallRecord($0) }
        }
    }

    package func call(_ id: RunID) throws -> CallRecord? {
        try read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM call WHERE id = ?", arguments: [id.description])
                .map { try CallRecord($0) }
        }
    }
}
