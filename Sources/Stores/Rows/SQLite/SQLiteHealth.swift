import Clients
import Retention

/// Asks the configured health query whether a run should hold back. Belongs to one thread.
///
/// Not being able to tell holds back as well, for a minute in all; then the run goes on, and says so at its end.
final class SQLiteHealth {
    private static let blindness: Duration = .seconds(60)

    private let job: RowsJob
    private let path: String
    private var blindSince: ContinuousClock.Instant?
    /// For a person, at the end.
    private(set) var warnings: [String] = []

    init(_ job: RowsJob, path: String) {
        self.job = job
        self.path = path
    }

    func pressure(isCancelled: () -> Bool) -> BatchPressure? {
        guard let query = job.pace.health else { return nil }
        do {
            let answer = try ask(query, isCancelled)
            blindSince = nil
            guard let answer else { return BatchPressure(.health, reason: RowsWords.healthIsSilent) }
            let reason = RowsWords.healthSays(HealthAnswer.shown(answer))
            return HealthAnswer.isGood(answer) ? nil : BatchPressure(.health, reason: reason)
        } catch {
            return endure(RowsWords.healthFailed(error))
        }
    }

    private func endure(_ reason: String) -> BatchPressure? {
        let since = blindSince ?? .now
        blindSince = since
        guard ContinuousClock.now - since >= Self.blindness else {
            return BatchPressure(.health, reason: RowsWords.cannotTell(reason))
        }
        let warning = RowsWords.wentOnBlindly(reason)
        if !warnings.contains(warning) { warnings.append(warning) }
        return nil
    }

    /// On a connection that cannot write, whatever the query is.
    private func ask(_ query: RowsReference, _ isCancelled: () -> Bool) throws -> String? {
        guard query.connection == nil else { return try job.referenceValues(RowsQuery(query), 1, isCancelled).first }
        let connection = try SQLiteConnection(path: path, access: .readOnly, busySeconds: 1)
        let rows = try connection.query(query.query, limitSeconds: 5, isCancelled: isCancelled)
        try connection.close()
        return rows.first?.first?.asText
    }
}
