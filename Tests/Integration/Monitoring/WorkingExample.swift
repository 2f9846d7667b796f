import Foundation
import Support

/// One of the examples at work: as it stands, but with cycles every few seconds, and with new data that is due all the
/// time.
struct WorkingExample: Sendable {
    let name: String
    let example: Example
    let service: MonitoredService

    /// Lends all four, on real servers.
    static func withAll(
        _ stack: MonitoringStack,
        _ body: ([WorkingExample]) async throws -> Void
    ) async throws {
        let roots = [
            "architect-dashboard": [
                "DATA_DIR": "data", "LOG_DIR": "logs", "TMP_LOG_DIR": "tmp", "DATABASE_PATH": database,
            ],
            "bots": [:], "claude-code-hub": ["BACKUP_TEMP_DIR": "."], "hivesync": ["DATA_DIR": "."],
        ]
        func lend(_ names: ArraySlice<String>, _ made: [WorkingExample]) async throws {
            guard let name = names.first else { return try await body(made) }
            try await Example.with(name, roots: roots[name] ?? [:], hasFiles: name != "bots") { example in
                let working = try WorkingExample(name, example, stack)
                try await lend(names.dropFirst(), made + [working])
            }
        }
        try await lend(roots.keys.sorted()[...], [])
    }

    private init(_ name: String, _ example: Example, _ stack: MonitoringStack) throws {
        self.name = name
        self.example = example
        let shipped = try String(contentsOf: Project.file("examples/\(name)/cleanup.yaml"), encoding: .utf8)
        let lively = shipped.replacing(/\b(?:every|schedule): (?:"[^"]*"|[0-9]+[smhd])/, with: "every: 5s")
        guard lively != shipped else { throw SupportError("\(name): its cycles were not found") }
        let file = example.folder.appendingPathComponent("lively.yaml")
        try Data(lively.utf8).write(to: file)
        service = try MonitoredService(
            stack,
            name,
            configuration: file.path,
            environment: example.cleanupd.environment.filter { $0.key != "CLEANUPD_CONFIG" }
        )
    }

    /// A little more that is due; the tasks remove, set or compress it within seconds.
    func addDueItems(_ number: Int) async throws {
        switch name {
        case "architect-dashboard":
            try await files(
                """
                touch -d '40 days ago' data/new-$n.log tmp/architect_new-$n.log
                touch -d '2 hours ago' data/new-$n.tmp
                touch data/prod/backups/new-$n.db
                """,
                number
            )
            try await Command.sqlite3(
                example.sample.appendingPathComponent(Self.database),
                """
                INSERT INTO task_queue (task_type, status, created_at, updated_at)
                    VALUES ('sample', 'completed', datetime('now', '-8 days'), datetime('now', '-8 days'));
                INSERT INTO errors (message, created_at, resolved, resolved_at)
                    VALUES ('sample', datetime('now', '-50 days'), 1, datetime('now', '-40 days'));
                INSERT INTO assigner_prompts (content, created_at) VALUES ('sample', datetime('now', '-20 days'));
                """
            )
        case "bots":
            try await example.sql(
                """
                INSERT INTO bots (id, deleted_at) VALUES ('new-\(number)', now() - interval '8 days');
                INSERT INTO results (job_id, processed_by) VALUES ('job', 'new-\(number)'), ('job', 'nobody');
                """
            )
        case "claude-code-hub":
            try await files("touch -d '7 hours ago' database_import_$n.dump", number)
            try await example.sql(
                """
                INSERT INTO provider_endpoint_probe_logs (endpoint_id, ok, created_at)
                    SELECT 1, true, now() - interval '2 days' FROM generate_series(1, 20);
                INSERT INTO message_request (provider_id, user_id, key, created_at)
                    SELECT 1, 1, 'sk-1', now() - interval '40 days' FROM generate_series(1, 20);
                """
            )
        default:
            try await files(
                """
                mkdir tmp/new-$n previews/9$n
                seq 1000 > logs/new-$n.log
                touch -d '8 days ago' logs/new-$n.log
                touch -d '100 days ago' logs/older-$n.log
                touch -d '3 days ago' tmp/new-$n previews/9$n
                """,
                number
            )
        }
    }

    private static let database = "data/prod/architect.db"

    private func files(_ script: String, _ number: Int) async throws {
        let whole = "cd \"$0\"; n=$1\n" + script
        try await Command.run("/bin/sh", ["-euc", whole, example.sample.path, "\(number)"]).check()
    }
}
