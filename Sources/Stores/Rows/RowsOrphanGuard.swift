import Retention

/// Something that names what is still needed.
struct RowsOrphanSource {
    enum Keys {
        /// Of the task's own connection.
        case query(RowsStatement)
        /// Of another one, whose answer was read.
        case count(Int64)
    }

    /// What the baseline knows it by.
    var id: String
    /// For people.
    var label: String
    var keys: Keys
}

/// Which answers are believed where rows go because nothing names them.
package struct RowsOrphanGuard: Sendable {
    let rules: ReferenceRules
    let isForced: Bool
    private let lastAnswers: @Sendable () throws -> ReferenceBaseline
    private let remember: @Sendable (ReferenceBaseline) throws -> Void

    /// - Parameters:
    ///   - isForced: a person has looked, and takes a smaller answer (but not none) for right.
    ///   - lastAnswers: what `remember` was told last.
    ///   - remember: is told what to compare the next answers with, once a run begins to remove.
    package init(
        rules: ReferenceRules,
        isForced: Bool = false,
        lastAnswers: @escaping @Sendable () throws -> ReferenceBaseline = { ReferenceBaseline() },
        remember: @escaping @Sendable (ReferenceBaseline) throws -> Void = { _ in }
    ) {
        self.rules = rules
        self.isForced = isForced
        self.lastAnswers = lastAnswers
        self.remember = remember
    }

    /// Throws `StoreError` with the guard `references` for an answer that is too small to be believed.
    ///
    /// - Parameter isRun: the answers are to be remembered, because rows go by them now.
    func check(_ prepared: RowsPreparation, dialect: any RowsDialect, reader: any RowsReader, isRun: Bool) throws {
        guard rules.isOrphan else { return }
        let last = try lastAnswers()
        var baseline = ReferenceBaseline()
        for source in prepared.orphanSources {
            let count = Int(try count(source, dialect, reader))
            try rules.require(
                count,
                of: "Task \(prepared.job.specification.task): \(source.label)",
                after: last.counts[source.id],
                isForced: isForced
            )
            baseline.counts[source.id] = count
        }
        if isRun, baseline != last { try remember(baseline) }
    }

    /// No further than answers of other connections are read.
    private func count(_ source: RowsOrphanSource, _ dialect: any RowsDialect, _ reader: any RowsReader) throws -> Int64
    {
        switch source.keys {
        case .count(let count): return count
        case .query(let statement):
            return try reader.integer(
                RowsStatement(
                    "SELECT count(*) FROM "  // banned-ok: bounded by LIMIT
                        + "(SELECT 1 FROM \(dialect.keys(of: statement.sql)) WHERE r.k IS NOT NULL "
                        + "LIMIT \(RowsStore.maximumReferences)) AS cleanupd_keys",
                    statement.values
                )
            ) ?? 0
        }
    }
}
