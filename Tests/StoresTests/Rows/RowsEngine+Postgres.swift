import Clients
import Retention
import Stores
import Support

extension RowsEngine {
    static let postgres = RowsEngine(name: "postgres") { body in
        try await PostgresRowsDatabase.with(PostgresTestServer.shared, body)
    }
}

struct PostgresRowsDatabase: RowsDatabase {
    let server: PostgresTestServer
    let name: String
    let client: PostgresServer

    var backend: any RowsBackend { PostgresRowsBackend(client) }
    var instantType: String { "timestamptz" }

    init(_ server: PostgresTestServer, url: String, configure: (inout PostgresSettings) -> Void = { _ in }) {
        self.server = server
        name = String(url.split(separator: "/").last?.split(separator: "?").first ?? "")
        var settings = PostgresSettings(url: url)
        configure(&settings)
        client = PostgresServer(name: "main", settings: settings) { .now }
    }

    static func with(
        _ server: PostgresTestServer,
        _ body: (PostgresRowsDatabase) async throws -> Void
    ) async throws {
        try await server.withDatabase { url in
            let database = PostgresRowsDatabase(server, url: url)
            defer { database.client.closeIdle() }
            try await body(database)
        }
    }

    @discardableResult
    func sql(_ sql: String) throws -> String { try server.sql(sql, in: name) }

    /// The same database as another role sees it.
    func asRole(_ role: String) -> PostgresRowsDatabase {
        PostgresRowsDatabase(server, url: server.url(name, user: role, password: "secret"))
    }

    /// On the wall clock of Berlin, which is an hour ahead of UTC on that day.
    var timeForms: [RowsTimeForm] {
        @Sendable func iso(_ seconds: Int64, _ separator: Character, _ zone: String, hours: Int64 = 0) -> String {
            let instant = noon.adding(nanoseconds: (seconds + hours * 3600) * 1_000_000_000)
            let text = Timestamp.format(instant).dropLast()
            return "'" + text.split(separator: "T").joined(separator: String(separator)) + zone + "'"
        }
        let epoch: @Sendable (Int64) -> String = { "\(1_772_366_400 + $0)" }
        let milliseconds: @Sendable (Int64) -> String = { "\((1_772_366_400 + $0) * 1000)" }
        var forms = [
            RowsTimeForm(type: "timestamptz") { iso($0, "T", "Z") },
            RowsTimeForm(type: "timestamp") { iso($0, "T", "") },
            RowsTimeForm(type: "timestamp", timezone: "Europe/Berlin") { iso($0, " ", "", hours: 1) },
            RowsTimeForm(type: "text", timezone: "Europe/Berlin") { iso($0, " ", "", hours: 1) },
            RowsTimeForm(type: "bigint", format: .epoch, literal: epoch),
            RowsTimeForm(type: "integer", format: .epoch, literal: epoch),
            RowsTimeForm(type: "numeric", format: .epoch, literal: epoch),
            RowsTimeForm(type: "double precision", format: .epoch, literal: epoch),
            RowsTimeForm(type: "bigint", format: .epochMilliseconds, literal: milliseconds),
            RowsTimeForm(type: "numeric(20,3)", format: .epochMilliseconds, literal: milliseconds),
            RowsTimeForm(type: "text", format: .epoch) { "'\(epoch($0))'" },
            RowsTimeForm(type: "text", format: .epochMilliseconds) { "'\(milliseconds($0))'" },
        ]
        for separator: Character in ["T", " "] {
            for zone in ["", "Z", "+00:00", ".250Z", ".000001"] {
                forms.append(RowsTimeForm(type: "text") { iso($0, separator, zone) })
                forms.append(RowsTimeForm(type: "varchar(40)", format: .iso) { iso($0, separator, zone) })
            }
            forms.append(RowsTimeForm(type: "text") { iso($0, separator, "+14", hours: 14) })
            forms.append(RowsTimeForm(type: "text") { iso($0, separator, "-11:00", hours: -11) })
        }
        return forms
    }
}
