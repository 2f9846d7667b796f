import Clients
import Support
import Testing

@Suite("PostgreSQL: transactions")
struct PostgresTransactionTests {
    private let postgres: PostgresTestServer

    init() throws {
        postgres = try PostgresTestServer.shared
    }

    private struct Stop: Error {}

    @Test func commitsWhatReturnsAndUndoesWhatThrows() async throws {
        try await PostgresBench.withTable { _, connection throws in
            let inserted = try connection.transaction(.readWrite) {
                try connection.execute("INSERT INTO t SELECT generate_series(1, $1)", [.int(7)])
            }
            #expect(inserted == 7)
            #expect(throws: Stop.self) {
                try connection.transaction(.readWrite) {
                    #expect(try connection.execute("DELETE FROM t WHERE i > 2") == 5)
                    throw Stop()
                }
            }
            #expect(try PostgresBench.count(connection) == 7)
            #expect(connection.isUsable)
        }
    }

    @Test(arguments: [PostgresTransactionKind.readOnly, .repeatableReadReadOnly])
    func readOnlyTransactionsRefuseToWrite(_ kind: PostgresTransactionKind) async throws {
        try await PostgresBench.withTable { _, connection throws in
            let error = PostgresBench.error {
                try connection.transaction(kind) { try connection.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(error?.code == .readOnly)
            #expect(error?.sqlState == "25006")
            #expect(try PostgresBench.count(connection) == 0)
        }
    }

    @Test func repeatableReadSeesOneMoment() async throws {
        try await PostgresBench.withTable { url, connection throws in
            try connection.transaction(.repeatableReadReadOnly) {
                #expect(try PostgresBench.count(connection) == 0)
                try PostgresBench.connect(url) { try $0.execute("INSERT INTO t VALUES (1)") }
                #expect(try PostgresBench.count(connection) == 0)
            }
            #expect(try PostgresBench.count(connection) == 1)
        }
    }

    @Test func anAdministratorsReadOnlyDefaultIsHonoured() async throws {
        try await PostgresBench.withTable { url, connection throws in
            try connection.execute("ALTER DATABASE \(try database(connection)) SET default_transaction_read_only = on")
            try PostgresBench.connect(url) { other in
                let error = PostgresBench.error {
                    try other.transaction(.readWrite) { try other.execute("DELETE FROM t") }
                }
                #expect(error?.code == .readOnly)
            }
        }
    }

    private func database(_ connection: PostgresConnection) throws -> String {
        try connection.query("SELECT current_database()")[0].text(0) ?? ""
    }

    @Test func anErrorThatIsSwallowedIsNotTakenForACommit() async throws {
        try await PostgresBench.withTable { _, connection throws in
            let error = PostgresBench.error {
                try connection.transaction(.readWrite) {
                    try connection.execute("INSERT INTO t VALUES (1)")
                    #expect(throws: PostgresError.self) { try connection.execute("SELECT 1 / 0") }
                }
            }
            #expect(error?.code == .other)
            #expect(error?.message.contains("nothing of it was kept") == true)
            #expect(try PostgresBench.count(connection) == 0)
        }
    }

    @Test func aTransactionIsNotBegunTwiceAndNotEndedByHand() async throws {
        try await PostgresBench.withTable { _, connection throws in
            let twice = PostgresBench.error {
                try connection.transaction(.readWrite) { try connection.transaction(.readWrite) {} }
            }
            #expect(twice?.message.contains("a transaction is open already") == true)
            let byHand = PostgresBench.error {
                try connection.transaction(.readWrite) { try connection.executeScript("ROLLBACK") }
            }
            #expect(byHand?.message.contains("was ended before its time") == true)
            #expect(connection.isUsable)
        }
    }

    @Test func cancellingWithinATransactionUndoesIt() async throws {
        try await PostgresBench.withTable { _, connection throws in
            var asked = 0
            let error = PostgresBench.error {
                try connection.transaction(.readWrite) {
                    try connection.execute("INSERT INTO t VALUES (1)")
                    try connection.execute(
                        "SELECT pg_sleep(60)",
                        isCancelled: {
                            asked += 1; return asked > 1
                        }
                    )
                }
            }
            #expect(error?.code == .cancelled)
            #expect(try PostgresBench.count(connection) == 0)
        }
    }
}
