import Foundation
import Support
import Testing

/// Rows that own files, and that the database does not let go: a trigger of the application says no.
@Suite(.timeLimit(.minutes(10)))
struct RowsKeptTests {
    private static let due = 30
    /// The oldest ones, and more than a batch may have: they must not keep the others from their turn.
    private static let kept = Set(1...12)

    private static func tasks(action: String = "delete") -> String {
        """
        tasks:
          logs:
            rows: { in: app, table: logs, key: id, time: created_at }
            remove: { older_than: 30d }
            action: \(action)
            owns:
              - files: { in: data, path: path, resource: log_files }
            allow: { cascade: [keep] }
            pace: { batch: 5 }
        """
    }

    /// How the trigger says no: it lets the statement pass over the row, or refuses it.
    enum Refusal: String, Sendable, CaseIterable {
        case silent, loud
    }

    private static func trigger(_ refusal: Refusal, _ engine: RowsWorld.Engine) -> String {
        let isKept = "OLD.id <= \(kept.count)"
        switch engine {
        case .sqlite:
            let action = refusal == .silent ? "RAISE(IGNORE)" : "RAISE(ABORT, 'it is needed')"
            return "CREATE TRIGGER keep BEFORE DELETE ON logs WHEN \(isKept) BEGIN SELECT \(action); END"
        case .postgres:
            let action = refusal == .silent ? "RETURN NULL" : "RAISE EXCEPTION 'it is needed'"
            return """
                CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN IF \(isKept) THEN \(action); END IF; RETURN OLD; END $$;
                CREATE TRIGGER keep BEFORE DELETE ON logs FOR EACH ROW EXECUTE FUNCTION keep()
                """
        }
    }

    private static func files(_ world: RowsWorld) throws -> Set<Int> {
        let folder = world.folder.appendingPathComponent("data/p").path
        return Set(try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { Int($0) })
    }

    private static func with(_ engine: RowsWorld.Engine, _ body: (RowsWorld) async throws -> Void) async throws {
        try await RowsWorld.with(engine, due: due) { world in
            let folder = world.folder.appendingPathComponent("data/p")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for id in 1...(due + RowsWorld.young) {
                try Data("of \(id)".utf8).write(to: folder.appendingPathComponent("\(id)"))
            }
            try await world.sql("UPDATE logs SET path = 'p/' || id")
            try await body(world)
        }
    }

    @Test(arguments: RowsWorld.Engine.allCases, Refusal.allCases)
    func rowThatStaysDoesNotStopTheOthersAndIsTriedAgainByTheNextRun(
        _ engine: RowsWorld.Engine,
        _ refusal: Refusal
    ) async throws {
        try await Self.with(engine) { world in
            try await world.sql(Self.trigger(refusal, engine))
            let cleanupd = try world.replica("state", Self.tasks())
            // The files of all go first; those of the rows that stay are not there to be removed once more.
            for (name, rows, files) in [("first", Self.due - Self.kept.count, Self.due), ("second", 0, 0)] {
                let run = try await cleanupd.run(["run", "--force", "logs", "--json"] + world.metricsFile(name))
                #expect(run.code == 3, "\(run.errorText)")
                let summary = try ReportLine.parse(run.output).summary(of: "logs")
                #expect(summary.outcome == "partial")
                #expect(summary.deleted == rows)
                #expect(summary.failed == Self.kept.count)
                let metrics = try await world.metrics(name)
                #expect(metrics["cleanup_log_files_deleted_total"] == Double(files))
                #expect(metrics.sum("cleanup_items_deleted_total", task: "logs") == Double(rows))
                #expect(metrics.sum("cleanup_item_failures_total", task: "logs") == Double(Self.kept.count))
                #expect(metrics[#"cleanup_overdue_items{task="logs"}"#] == Double(Self.kept.count))
                #expect(try #require(metrics[#"cleanup_oldest_overdue_age_seconds{task="logs"}"#]) > 29 * 86_400)
                #expect(try await world.count(where: "id <= \(Self.due)") == Self.kept.count)
            }
            let young = Set((Self.due + 1)...(Self.due + RowsWorld.young))
            #expect(try Self.files(world) == young)
            try await world.sql("DROP TRIGGER keep" + (engine == .postgres ? " ON logs" : ""))
            let last = try await cleanupd.run("run", "--force", "logs", "--json")
            #expect(last.code == 0, "\(last.errorText)")
            #expect(try ReportLine.parse(last.output).summary(of: "logs").deleted == Self.kept.count)
            #expect(try await world.count() == RowsWorld.young)
            #expect(try Self.files(world) == young)
        }
    }

    /// Found and set again and again, it would keep the run for ever.
    @Test(arguments: RowsWorld.Engine.allCases)
    func rowWhoseChangeATriggerUndoesIsTriedOnce(_ engine: RowsWorld.Engine) async throws {
        try await Self.with(engine) { world in
            let isKept = "NEW.id <= \(Self.kept.count)"
            try await world.sql(
                engine == .sqlite
                    ? "CREATE TRIGGER keep AFTER UPDATE ON logs WHEN \(isKept) BEGIN "
                        + "UPDATE logs SET archived = 0 WHERE id = NEW.id; END"
                    : """
                    CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN IF \(isKept) THEN NEW.archived := 0; END IF; RETURN NEW; END $$;
                    CREATE TRIGGER keep BEFORE UPDATE ON logs FOR EACH ROW EXECUTE FUNCTION keep()
                    """
            )
            let cleanupd = try world.replica("state", Self.tasks(action: "{ set: { archived: 1 } }"))
            let run = try await cleanupd.run(["run", "--force", "logs", "--json"] + world.metricsFile("set"))
            #expect(run.code == 3, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: "logs").failed == Self.kept.count)
            let metrics = try await world.metrics("set")
            let set = Self.due - Self.kept.count
            #expect(metrics.sum("cleanup_items_updated_total", task: "logs") == Double(set))
            #expect(metrics.sum("cleanup_item_failures_total", task: "logs") == Double(Self.kept.count))
            #expect(try await world.count(where: "archived = 1") == set)
            #expect(try await world.count(where: "archived = 1 AND id > \(Self.due)") == 0)
        }
    }
}
