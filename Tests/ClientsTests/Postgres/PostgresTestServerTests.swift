import Clients
import Foundation
import Support
import Testing

@Suite("PostgreSQL: the test server")
struct PostgresTestServerTests {
    @Test func logsWhatItIsToldToAndLeavesNothing() throws {
        var folder = ""
        var port = 0
        // What it holds is let go at its end.
        do {
            var options = PostgresTestServer.Options()
            options.logStatement = "all"
            options.fsync = true
            options.settings = ["work_mem": "7MB"]
            let postgres = try PostgresTestServer(options)
            (folder, port) = (postgres.folder, postgres.port)
            try PostgresBench.connect(postgres.url()) { connection in
                try connection.execute("SELECT 'seen-in-the-log'")
                let settings = "SELECT current_setting('work_mem') || current_setting('fsync')"
                #expect(try connection.query(settings)[0].text(0) == "7MBon")
            }
            #expect(try postgres.log().contains("seen-in-the-log"))
            #expect(FileManager.default.fileExists(atPath: folder))
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
        let error = PostgresBench.error { try PostgresBench.connect("host=127.0.0.1 port=\(port)") { _ in } }
        #expect(error?.message.contains("Connection refused") == true)
    }

    @Test func eachDatabaseIsNewAndGoes() async throws {
        let postgres = try PostgresTestServer.shared
        var names: Set<String> = []
        for _ in 0..<2 {
            names.insert(
                try await postgres.withDatabase { url in
                    try PostgresBench.connect(url) { connection in
                        try connection.executeScript("CREATE TABLE mine (i int)")
                        return try connection.query("SELECT current_database()")[0].text(0) ?? ""
                    }
                }
            )
        }
        #expect(names.count == 2)
        let list = names.map { "'\($0)'" }.joined(separator: ",")
        #expect(try postgres.sql("SELECT count(*) FROM pg_database WHERE datname IN (\(list))") == "0")
    }
}
