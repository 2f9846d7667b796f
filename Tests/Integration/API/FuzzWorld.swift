import Foundation
import Support
import Testing

/// A service with files and rows that could be deleted at once, a queue with a job in it, and tokens enough for many calls:
/// of one token only sixty a minute may change something.
struct FuzzWorld: Sendable {
    static let viewer = "token-of-the-viewer"
    static let admins = (0..<40).map { "token-of-admin-\($0)" }

    let folder: TemporaryFolder
    let cleanupd: CleanupdProcess

    static func make() async throws -> FuzzWorld {
        let folder = try TemporaryFolder()
        for name in ["data/logs", "data/backups", "state", "secrets"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        }
        for (number, token) in ([viewer] + admins).enumerated() {
            try Data(token.utf8).write(to: URL(fileURLWithPath: folder.file("secrets/\(number)")))
        }
        try Data(configuration(folder).utf8).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
        let sql = """
            CREATE TABLE requests (id INTEGER PRIMARY KEY, status INTEGER, created_at TEXT);
            INSERT INTO requests (status, created_at) SELECT 200 + value, datetime('now', '-' || value || ' days')
            FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 60) SELECT value FROM n);
            """
        let world = FuzzWorld(
            folder: folder,
            cleanupd: CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
        )
        try await Command.sqlite3(world.rows, sql)
        return world
    }

    private var rows: URL { URL(fileURLWithPath: folder.file("rows.db")) }

    /// `POST /-/quit` stays switched off, so that all other calls come to their turn.
    private static func configuration(_ folder: TemporaryFolder) -> String {
        let tokens = (0...admins.count).map { number in
            let role = number == 0 ? "view" : "admin"
            return "    t\(number): { role: \(role), file: \(folder.file("secrets/\(number)")) }"
        }
        return """
            state: sqlite:\(folder.file("state/cleanup.db"))
            http:
              listen: 127.0.0.1:0
              client_origins: ["https://app.example"]
              tokens:
            \(tokens.joined(separator: "\n"))
            connections:
              data: { url: "file://\(folder.file("data"))" }
              main: { url: "sqlite:\(folder.file("rows.db"))" }
            queries:
              states: { in: main, sql: "SELECT status FROM requests" }
            cycles:
              nothing: { schedule: "0 \(CallWorld.quietHour) * * *", at_start: true, tasks: [quiet] }
              daily: { schedule: "0 \(CallWorld.quietHour) * * *", tasks: [logs, backups, rows] }
            tasks:
              quiet:
                files: { in: data, path: logs, match: ["*.nothing"] }
                remove: { older_than: 30d }
              logs:
                files: { in: data, path: logs, match: ["*.log"] }
                remove: { older_than: 30d }
                limits: { max_percent: 100 }
              backups:
                files: { in: data, path: backups }
                keep: { last: 3 }
                limits: { max_percent: 100 }
              rows:
                rows: { in: main, table: requests, time: created_at }
                remove: { older_than: 30d }
                filters: { status: { type: integer, sql: "status = :value" } }
                limits: { max_percent: 100 }
            """
    }

    /// Items that each real run would delete.
    func addOldFiles() throws {
        let manager = FileManager.default
        for number in 0..<10 {
            for path in ["data/logs/\(number).log", "data/backups/\(number).tar"] {
                try Data(repeating: 1, count: 4096).write(to: URL(fileURLWithPath: folder.file(path)))
                let date = Date(timeIntervalSinceNow: -86_400 * Double(40 + number))
                try manager.setAttributes([.modificationDate: date], ofItemAtPath: folder.file(path))
            }
        }
    }

    private static func withoutLogouts(_ calls: String) throws -> String {
        let page = try JSONSerialization.jsonObject(with: Data(calls.utf8)) as? [String: Any] ?? [:]
        let kept = page.list("calls").filter { $0.text("call") != "POST /cleanup/logout" }
        return String(decoding: try JSONSerialization.data(withJSONObject: kept, options: .sortedKeys), as: UTF8.self)
    }

    /// What a call could change, as text that is equal if all is as before.
    /// - Parameter serve: answers by the token of the viewer; the ledger of calls by an admin's.
    func look(_ serve: ServeProcess) async throws -> [String: String] {
        var found: [String: String] = [:]
        for name in ["runs?limit=500", "settings", "schedule", "jobs?limit=500", "calls?limit=500"] {
            let token = name.hasPrefix("calls") ? Self.admins[0] : Self.viewer
            let answer = try await serve.request(
                "/api/cleanup/\(name)",
                headers: ["Authorization: Bearer \(token)"]
            )
            try #require(answer.status == 200, "\(name): \(answer.body)")
            found[name] = answer.body
        }
        // Who may only look may end a session of theirs, which the ledger has, too.
        found["calls?limit=500"] = try Self.withoutLogouts(found["calls?limit=500"] ?? "")
        found["rows"] = try await Command.sqlite3(rows, "SELECT * FROM requests")
        let files = try TreeSnapshot(of: folder.file("data")).entries
        found["files"] = files.map { "\(String(decoding: $0, as: UTF8.self)) \($1)" }.sorted().joined(separator: "\n")
        return found
    }
}
