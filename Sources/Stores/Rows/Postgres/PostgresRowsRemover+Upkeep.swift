import Clients

/// After the last batch.
extension PostgresRowsRemover {
    /// Fewer rows than this are left to autovacuum, unless they are a tenth of the table.
    private static let largeRun = 10_000

    func finish(removed: Int, isCancelled: () -> Bool) throws -> [String] {
        var warnings = pressureMemory.warnings
        guard job.specification.vacuum, job.table.kind != .view, isLarge(removed), !isCancelled() else {
            return warnings
        }
        do {
            try vacuum(isCancelled)
        } catch let error as PostgresError {
            if error.code == .cancelled { throw CancellationError() }
            warnings.append(PostgresWords.notVacuumed(job.table.written, error.message))
        }
        return warnings
    }

    private func isLarge(_ removed: Int) -> Bool {
        if removed > Self.largeRun { return true }
        guard let estimate = job.table.estimatedRows, removed > 0 else { return false }
        return Double(removed) >= Double(estimate) / 10
    }

    /// Outside a transaction, and for as long as it takes; the session is not lent again.
    private func vacuum(_ isCancelled: () -> Bool) throws {
        try withoutActuallyEscaping(isCancelled) { isCancelled in
            try server.withConnection(as: job.specification.task, isCancelled: isCancelled) { connection in
                defer { connection.retire() }
                try connection.executeScript("SET statement_timeout = 0", isCancelled: isCancelled)
                try connection.executeScript("VACUUM \(job.table.sql)", isCancelled: isCancelled)
            }
        }
    }
}
