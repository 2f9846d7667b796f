import Clients
import Foundation
import Support
import Testing

@Suite("PostgreSQL: streams")
struct PostgresStreamTests {
    private let postgres: PostgresTestServer

    init() throws {
        postgres = try PostgresTestServer.shared
    }

    private struct Stop: Error {}

    @Test func endsWhenTheReaderHasEnough() throws {
        try PostgresBench.connect(postgres.url()) { connection in
            var count = 0
            let start = ContinuousClock.now
            try connection.stream("SELECT generate_series(1, 2000000000)") { _ in
                count += 1
                return count < 10
            }
            #expect(count == 10)
            #expect(ContinuousClock.now - start < .seconds(60), "all rows take many minutes")
            #expect(try connection.query("SELECT 1")[0].int(0) == 1)
        }
    }

    @Test func endsWhenTheReaderThrows() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            #expect(throws: Stop.self) {
                try connection.stream("SELECT generate_series(1, 2000000000)") { _ in throw Stop() }
            }
            #expect(try connection.query("SELECT 1")[0].int(0) == 1)
        }
    }

    @Test func aTransactionGoesOnAfterAStreamThatWasLeft() async throws {
        try await postgres.withDatabase { url in
            try PostgresBench.connect(url) { connection throws in
                try connection.executeScript("CREATE TABLE t (i int)")
                try connection.transaction(.readWrite) {
                    try connection.execute("INSERT INTO t SELECT generate_series(1, 100000)")
                    // What the stream itself changed is undone; what was changed before is not.
                    try connection.stream("DELETE FROM t RETURNING i") { _ in false }
                    #expect(throws: Stop.self) { try connection.stream("SELECT i FROM t") { _ in throw Stop() } }
                    var last: Int64 = 0
                    try connection.stream("DELETE FROM t WHERE i <= $1 RETURNING i", [.int(10)]) { row in
                        last = try row.int(0) ?? 0
                        return true
                    }
                    #expect(last == 10)
                }
                #expect(try connection.query("SELECT count(*) FROM t")[0].int(0) == 99_990)
            }
        }
    }

    @Test func canBeCancelledBetweenRows() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            let flag = Flag()
            let error = PostgresBench.error {
                try connection.stream(
                    // Rows large enough that the server does not hold the first ones back.
                    "SELECT repeat('x', 20000), pg_sleep(CASE WHEN i < 10 THEN 0 ELSE 600 END) FROM generate_series(1, 20) i",
                    isCancelled: { flag.isSet }
                ) { _ in
                    flag.set()
                    return true
                }
            }
            #expect(error?.code == .cancelled)
            #expect(try connection.query("SELECT 1")[0].int(0) == 1)
        }
    }

    @Test func anErrorInTheMiddleIsThrown() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            var count = 0
            let error = PostgresBench.error {
                try connection.stream("SELECT 1 / (5000 - i) FROM generate_series(1, 10000) AS i") { _ in
                    count += 1
                    return true
                }
            }
            #expect(error?.sqlState == "22012")
            #expect(count == 4999)
            #expect(try connection.query("SELECT 1")[0].int(0) == 1)
        }
    }

    @Test func theConnectionDoesNothingElseMeanwhile() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            let error = PostgresBench.error {
                try connection.stream("SELECT 1") { _ in
                    try connection.query("SELECT 2").count == 1
                }
            }
            #expect(error?.message.contains("while a stream is read") == true)
            #expect(try connection.query("SELECT 1")[0].int(0) == 1)
        }
    }

    @Test func rowsMayBeKept() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            var rows: [PostgresRow] = []
            try connection.stream("SELECT generate_series(1, 100)::text AS v") { row in
                rows.append(row)
                return true
            }
            #expect(try rows.map { try $0.text("v") } == (1...100).map { "\($0)" })
        }
    }
}
