import Retention
import Stores
import Support

extension RowsEngine {
    static let sqlite = RowsEngine(name: "sqlite") { body in
        let folder = try TemporaryFolder()
        try await body(SQLiteRowsDatabase(path: folder.file("app.db")))
        withExtendedLifetime(folder) {}
    }
}

struct SQLiteRowsDatabase: RowsDatabase {
    let path: String

    init(path: String) throws {
        self.path = path
        try SQLiteShell.run(path, "PRAGMA journal_mode = WAL;")
    }

    var backend: any RowsBackend { SQLiteBackend(path: path) }
    var instantType: String { "DATETIME" }

    @discardableResult
    func sql(_ sql: String) throws -> String { try SQLiteShell.run(path, sql.hasSuffix(";") ? sql : sql + ";") }

    /// On the wall clock of Berlin, which is an hour ahead of UTC on that day.
    var timeForms: [RowsTimeForm] {
        @Sendable func iso(_ seconds: Int64, _ separator: String, _ zone: String, hours: Int64 = 0) -> String {
            let instant = noon.adding(nanoseconds: (seconds + hours * 3600) * 1_000_000_000)
            return "'" + Timestamp.format(instant).dropLast().split(separator: "T").joined(separator: separator) + zone
                + "'"
        }
        let epoch: @Sendable (Int64) -> String = { "\(1_772_366_400 + $0)" }
        let milliseconds: @Sendable (Int64) -> String = { "\((1_772_366_400 + $0) * 1000)" }
        var forms = ["INTEGER", "BIGINT", "REAL", "NUMERIC(20,3)", "TEXT", "DATETIME", ""].flatMap { type in
            [
                RowsTimeForm(type: type, format: .epoch, literal: epoch),
                RowsTimeForm(type: type, format: .epoch) { "'\(epoch($0))'" },
                RowsTimeForm(type: type, format: .epochMilliseconds, literal: milliseconds),
            ]
        }
        for type in ["TEXT", "DATETIME", "TIMESTAMP", "varchar(40)", ""] {
            for separator in ["T", " "] {
                for zone in ["", "Z", "+00:00", ".250Z", ".000001"] {
                    forms.append(RowsTimeForm(type: type) { iso($0, separator, zone) })
                }
                forms.append(RowsTimeForm(type: type, timezone: "Europe/Berlin") { iso($0, separator, "", hours: 1) })
                forms.append(RowsTimeForm(type: type, format: .iso) { iso($0, separator, "+14", hours: 14) })
                forms.append(RowsTimeForm(type: type) { iso($0, separator, "-11:00", hours: -11) })
            }
        }
        return forms
    }
}
