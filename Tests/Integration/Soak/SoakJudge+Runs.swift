/// What the ledger says of runs, for several invariants.
extension SoakJudge {
    /// Runs of each of these tasks that sealed a plan or changed something.
    /// - Parameter orWereReal: also those that were no dry runs, whatever they did.
    func runsThatActed(of tasks: some Sequence<String>, orWereReal: Bool = false) async throws -> [String: Int] {
        try await world.ledger(
            """
            SELECT task, count(*) FROM cleanupd.run WHERE task IN (\(Self.quoted(tasks)))
                AND (\(orWereReal ? "NOT dry_run OR " : "")seal_token IS NOT NULL
                     OR deleted + compressed + updated > 0) GROUP BY task
            """
        )
    }

    /// Names as a list of SQL; none of them has a quote.
    static func quoted(_ names: some Sequence<String>) -> String {
        names.sorted().map { "'\($0)'" }.joined(separator: ", ")
    }
}
