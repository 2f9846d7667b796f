import Clients
import Support
import Testing

@Suite("PostgreSQL: passwords are never told")
struct PostgresSecretTests {
    private let postgres: PostgresTestServer
    private static let secret = "hunter2zebra"

    init() throws {
        postgres = try PostgresTestServer.shared
    }

    /// URLs that cannot work, each with the password in it; `PORT` is the server's.
    private static let urls = [
        "postgres://app:hunter2zebra@127.0.0.1:PORT/postgres",
        "postgres://app:hunter2zebra@127.0.0.1:1/postgres",
        "postgres://app:hunter2zebra@nowhere.invalid/postgres",
        "postgres://app:hunter2zebra@127.0.0.1:PORT/nosuch?sslmode=hunter2zebra",
        "postgres://app:hunter2zebra@127.0.0.1:PORT/postgres?nosuch=1",
        "postgres://app:hunter2zebra@127.0.0.1:PORT/postgres?hunter2zebra",
        "postgres://app:hunter2zebra@127.0.0.1:PORT/postgres?sslrootcert=/hunter2zebra&sslmode=verify-full",
        "postgres://app:hunter2zebra@[::1/postgres",
        "postgres://app:hunter2zebra@127.0.0.1:port/postgres",
        "postgres://app:hunter2zebra%zz@127.0.0.1/postgres",
        "postgres://app:hunter2zebra/x@127.0.0.1:PORT/postgres",
        "postgres://app:x/hunter2zebra@127.0.0.1:PORT/postgres",
        "postgres://app:x@hunter2zebra@127.0.0.1:PORT/postgres",
        "postgres://app:x?hunter2zebra@127.0.0.1:PORT/postgres",
        "postgres://app:x/y?hunter2zebra=1@127.0.0.1:PORT/postgres",
        "postgres://app:x#hunter2zebra@127.0.0.1:PORT/postgres",
        "postgres://hunter2zebra@127.0.0.1:PORT/hunter2zebra?password=hunter2zebra",
        "host=127.0.0.1 port=PORT user=app password=hunter2zebra",
        "host=127.0.0.1 port=PORT user=app password='hunter2zebra",
        "host=127.0.0.1 port=PORT user=app password=x hunter2zebra",
        "host=127.0.0.1 port=PORT user=app password=x hunter2zebra=y",
        "host=127.0.0.1 port=1 user=app password = hunter2zebra",
        "host=hunter2zebra.invalid user=app password=hunter2zebra",
        "host=127.0.0.1,127.0.0.1 port=PORT,1 user=app password=hunter2zebra",
        "hunter2zebra",
        "http://app:hunter2zebra@127.0.0.1/",
    ]

    @Test(arguments: urls)
    func aURLThatFails(_ template: String) throws {
        let url = template.replacing("PORT", with: "\(postgres.port)")
        let settings = PostgresSettings(url: url)
        let server = PostgresServer(name: "main", settings: settings, now: { .now }, random: { 0 })
        var texts: [String] = []
        for _ in 0..<6 {
            let error = PostgresBench.error { try server.withConnection(as: "test") { _ in } }
            guard let error else { return }
            texts += ["\(error)", String(reflecting: error)]
            dump(error, to: &texts[texts.count - 1])
        }
        dump(settings, to: &texts[0])
        dump(server, to: &texts[0])
        texts += ["\(settings)", String(reflecting: settings)]
        #expect(server.breaker.isOpen)
        #expect(texts.allSatisfy { !$0.contains(Self.secret) }, "\(texts)")
        #expect(texts.contains { $0.contains("Connection \"main\"") })
    }

    @Test func aWrongPasswordIsSaidAsSuch() throws {
        let error = PostgresBench.error { try PostgresBench.connect(postgres.url(password: Self.secret)) { _ in } }
        #expect(error?.code == .connection)
        #expect(error?.sqlState == "28P01")
        #expect(
            error?.message == "Connection \"main\" cannot be made: connection to server at \"127.0.0.1\", port "
                + "\(postgres.port) failed: FATAL: password authentication failed for user \"app\" (28P01); "
                + "check user and password of the URL, and the server's pg_hba.conf"
        )
    }

    @Test func anUnknownOptionIsSaidAsSuch() throws {
        let error = PostgresBench.error { try PostgresBench.connect("postgres://127.0.0.1/x?nosuch=1") { _ in } }
        #expect(
            error?.message == "Connection \"main\": its URL cannot be read: invalid URI query parameter: …. Write "
                + "postgres://USER:PASSWORD@HOST:PORT/DATABASE with %XX for special characters."
        )
    }

    @Test func passwordsWithSpecialCharactersWork() throws {
        try postgres.sql("CREATE ROLE odd LOGIN PASSWORD 's3:/@ %?#''x'")
        defer { #expect(throws: Never.self) { try postgres.sql("DROP ROLE odd") } }
        let url = postgres.url(user: "odd", password: "s3%3A%2F%40%20%25%3F%23%27x")
        #expect(try PostgresBench.connect(url) { try $0.query("SELECT current_user")[0].text(0) } == "odd")
    }
}
