import Retention
import Support
import Testing

@testable import Stores

/// Queries of references that are put by themselves, and what their names stand for.
@Suite struct RowsQueryTests {
    private static func instants(olderThan: Age? = .days(180)) throws -> RowsInstants {
        try RowsInstants(
            task: "repos",
            olderThan: olderThan,
            graceMilliseconds: 1_800_000,
            params: ["ttl": .days(1)],
            zone: "UTC",
            now: noon
        )
    }

    private static func statement(
        _ sql: String,
        _ dialect: any RowsDialect,
        _ format: RowsSpecification.TimeFormat? = nil,
        olderThan: Age? = .days(180)
    ) throws -> RowsStatement {
        let reference = RowsReference(connection: "main", query: sql, timeFormat: format)
        return try RowsQuery(reference, instants: instants(olderThan: olderThan)).statement(dialect)
    }

    /// Microseconds since 1970, so many seconds after noon.
    private static func instant(_ seconds: Int64) -> RowsValue { .instant((1_772_366_400 + seconds) * 1_000_000) }

    private static let day: Int64 = 86_400

    // MARK: Texts

    @Test(arguments: [
        "SELECT path FROM repos", "SELECT path FROM repos;", "SELECT a::date FROM t WHERE b = ':x' -- :y",
        "SELECT ':cutoff', \":now\" FROM t /* :grace_cutoff */;", "SELECT `a`, [b] FROM t WHERE c = 'x:y'",
        "SELECT a FROM t WHERE b ? 'c' AND d = $1 AND e = ':f'", "SELECT 'a' || ':cutoff'::text ; ",
    ])
    func whatNamesNothingIsSentAsItIsWritten(_ sql: String) throws {
        let dialects: [any RowsDialect] = [PostgresRowsDialect(), SQLiteDialect()]
        for dialect in dialects {
            #expect(try Self.statement(sql, dialect) == RowsStatement(sql))
            #expect(try RowsQuery(RowsReference(query: sql)).statement(dialect) == RowsStatement(sql))
        }
    }

    @Test func namesOfPostgreSQLAreInstants() throws {
        let statement = try Self.statement(
            "SELECT p FROM t WHERE a < :cutoff AND b > :cutoff AND c::date <= :now::date AND d < :ttl -- :now\n"
                + "AND e > :grace_cutoff AND f <> ':now' AND \":cutoff\";",
            PostgresRowsDialect()
        )
        #expect(
            statement.sql
                == "SELECT p FROM t WHERE a < $1 AND b > $1 AND c::date <= $2::date AND d < $3 -- :now\n"
                + "AND e > $4 AND f <> ':now' AND \":cutoff\""
        )
        let expected = [-180 * Self.day, 0, -Self.day, -1_800].map(Self.instant)
        #expect(statement.values == expected)
    }

    @Test func namesOfSQLiteAreWrittenAsTheTimesAre() throws {
        let sql = "SELECT p FROM t WHERE a < :cutoff AND b > datetime(:cutoff)"
        let cutoff = 1_772_366_400 - 180 * Self.day
        let texts = try Self.statement(sql, SQLiteDialect(), .iso)
        #expect(
            texts.sql
                == "SELECT p FROM t WHERE a < (?1 COLLATE cleanupd_time) AND b > datetime((?1 COLLATE cleanupd_time))"
        )
        #expect(texts.values == [Self.instant(-180 * Self.day)])
        for (format, number) in [(RowsSpecification.TimeFormat.epoch, cutoff), (.epochMilliseconds, cutoff * 1_000)] {
            let numbers = try Self.statement(sql, SQLiteDialect(), format)
            #expect(numbers.sql == "SELECT p FROM t WHERE a < ?1 AND b > datetime(?1)")
            #expect(numbers.values == [.integer(number)])
        }
    }

    @Test func sqlThatCannotBeReadIsRefusedOnlyWhereItMayNameAnInstant() {
        let words = "The SQL of the query on main has"
        #expect(
            errorText { try Self.statement("SELECT `a` FROM t WHERE b < :cutoff", SQLiteDialect(), .iso) }
                == "\(words) `, which begins a name in the quotes of other engines; write names in double quotes. "
                + "Nothing was removed."
        )
        #expect(
            errorText { try Self.statement("SELECT a FROM t WHERE b < :cutoff AND c = $1", PostgresRowsDialect()) }
                == "\(words) $, which stands for a value that is not its own; write a name of params, as :name. "
                + "Nothing was removed."
        )
        #expect(
            errorText {
                try Self.statement("SELECT a FROM t WHERE b < :cutoff", PostgresRowsDialect(), olderThan: nil)
            }
                == "\(words) the name :cutoff, which is neither :now, :cutoff, :grace_cutoff nor one of params. "
                + "Nothing was removed."
        )
    }

    // MARK: Databases

    /// Times that a query can compare with an instant: of PostgreSQL those of a type for times.
    private static func forms(of engine: RowsEngine, _ database: any RowsDatabase) -> [RowsTimeForm] {
        database.timeForms.filter { form in
            guard form.timezone == "UTC", !form.type.isEmpty else { return false }
            return engine.name == "sqlite" || form.type.hasPrefix("timestamp")
        }
    }

    private static func paths(
        _ condition: String,
        of table: String,
        _ format: RowsSpecification.TimeFormat?,
        olderThan: Age,
        _ backend: any RowsBackend
    ) throws -> String {
        let sql = "SELECT path FROM \(table) WHERE \(condition) ORDER BY path"
        let statement = try statement(sql, backend.dialect, format, olderThan: olderThan)
        return try backend.withReader(task: "repos", timezone: "UTC", timeout: nil, isCancelled: { false }) { reader in
            try reader.texts(statement, limit: 100).joined(separator: ",")
        }
    }

    /// In whatever form times are kept; and what is due goes by the age.
    @Test(arguments: RowsEngine.all)
    func whatIsOlderIsNamedAndNothingThatIsYounger(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            let forms = Self.forms(of: engine, database)
            try #require(forms.count >= 2)
            for (number, form) in forms.enumerated() {
                let table = "uses\(number)"
                try database.sql("CREATE TABLE \(table) (path text, used \(form.type))")
                let seconds = [-400 * Self.day, -180 * Self.day - 1, -180 * Self.day + 1, -20 * Self.day, 0]
                let rows = seconds.enumerated().map { "('r\($0)', \(form.literal($1)))" }
                try database.sql("INSERT INTO \(table) VALUES \(rows.joined(separator: ", ")), ('none', NULL)")
                func paths(_ condition: String, _ days: Int64) throws -> String {
                    let format = form.format ?? (engine.name == "sqlite" ? .iso : nil)
                    return try Self.paths(condition, of: table, format, olderThan: .days(days), database.backend)
                }
                #expect(try paths("used < :cutoff", 180) == "r0,r1", "\(form)")
                #expect(try paths("used < :cutoff", 181) == "r0", "\(form)")
                #expect(try paths("used < :cutoff", 10) == "r0,r1,r2,r3", "\(form)")
                #expect(try paths("used < :cutoff", 500) == "", "\(form)")
                #expect(try paths("used > :cutoff", 180) == "r2,r3,r4", "\(form)")
            }
        }
    }

    /// To compare a number with an instant is an error there, and no answer.
    @Test func numbersAreNoTimesOfPostgreSQL() async throws {
        try await RowsEngine.postgres.withDatabase { database in
            try database.sql("CREATE TABLE uses (path text, used bigint); INSERT INTO uses VALUES ('a', 1)")
            #expect(throws: StoreError.self) {
                try Self.paths("used < :cutoff", of: "uses", nil, olderThan: .days(1), database.backend)
            }
        }
    }
}
