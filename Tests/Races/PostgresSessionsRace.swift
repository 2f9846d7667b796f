import Glibc

/// Threads that borrow the sessions of one connection, while another one closes those that are idle.
///
/// The arguments are a URL, and how often each borrows one. Says "done" where each was alone with its session.
@main
struct PostgresSessionsRace {
    private static let task = "races"

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let rounds = Int(arguments[2]) else { return print("URL and rounds, please") }
        let server = PostgresServer(name: "app", settings: PostgresSettings(url: arguments[1]), now: { .now })
        Workers.run(5) { index in
            for round in 0..<rounds {
                if index == 0 {
                    if round.isMultiple(of: 10) { server.closeIdle() }
                } else {
                    borrow(from: server, mark: index * rounds + round)
                }
            }
        }
        server.closeIdle()
        print("done")
    }

    /// Leaves a mark in the session, and finds it again.
    private static func borrow(from server: PostgresServer, mark: Int) {
        do {
            try server.withConnection(as: task) { connection in
                try connection.transaction(.readWrite) {
                    try connection.execute("SET LOCAL cleanup.mark = '\(mark)'")
                    let found = try connection.query("SELECT current_setting('cleanup.mark')::bigint AS mark").first
                    guard try found?.int("mark") == Int64(mark) else { return fail("somebody else was in the session") }
                }
            }
        } catch {
            fail("\(error)")
        }
    }

    private static func fail(_ what: String) {
        print(what)
        exit(1)
    }
}
