import Clients
import Retention

/// Calls from outside that change something.
extension PostgresStateStore {
    package func record(_ call: CallRecord) throws {
        try write { connection, _ in
            _ = try connection.execute(
                """
                INSERT INTO \(tables.call) AS known (id, at, who, address, call, detail, status, ended_at, message)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE
                SET status = COALESCE(excluded.status, known.status),
                    ended_at = COALESCE(excluded.ended_at, known.ended_at),
                    message = COALESCE(excluded.message, known.message)
                """,
                [
                    .text(call.id.description), .instant(call.at), .words(call.who), .words(call.from),
                    .words(call.call), .words(call.detail), call.status.map { .integer($0) } ?? .null,
                    call.endedAt.map { .instant($0) } ?? .null, call.message.map { .words($0) } ?? .null,
                ]
            )
        }
    }

    package func calls(before: RunID?, limit: Int) throws -> [CallRecord] {
        try read { connection in
            try connection.query(
                "SELECT * FROM \(tables.call) WHERE id < $1 ORDER BY id DESC LIMIT $2",
                // Above every identity, for the first page.
                [.text(before?.description ?? "g"), .integer(max(0, limit))]
            ).map { try CallRecord($0) }
        }
    }

    package func call(_ id: RunID) throws -> CallRecord? {
        try read { connection in
            try connection.query("SELECT * FROM \(tables.call) WHERE id = $1", [.text(id.description)]).first
                .map { try CallRecord($0) }
        }
    }
}
