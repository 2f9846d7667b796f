import Console
import Coordination
import Engine
import Logging
import Retention
import State

/// Writes down calls that change something: before they are carried out, when they are answered, and when what they began
/// has ended.
struct CallLedger: Sendable {
    private static let detailLimit = 4096

    let state: any StateStore
    let metrics: EngineMetrics
    let logger: Logger

    /// - Returns: its identity. Throws `ConsoleError` when it cannot be recorded; then it must not be carried out.
    func begin(_ call: CallDocument, at now: Instant) async throws -> String {
        let record = CallRecord(
            id: RunID.make(at: now),
            at: now,
            who: call.who,
            from: call.from,
            call: call.call,
            detail: String(decoding: call.detail.utf8.prefix(Self.detailLimit), as: UTF8.self)
        )
        do {
            try await Blocking.run { [state] in try state.record(record) }
        } catch {
            metrics.ledgerFailed()
            throw ConsoleError.notRecorded(error)
        }
        return record.id.description
    }

    func answered(_ text: String, status: Int) async {
        guard let id = RunID(text) else { return }
        await change(id) { $0.status = status }
    }

    /// - Parameter message: why nothing of it began.
    func ended(_ id: RunID, message: String?, at now: Instant) async {
        let message = message.map { String(decoding: $0.utf8.prefix(Self.detailLimit), as: UTF8.self) }
        await change(id) { ($0.endedAt, $0.message) = (now, message) }
    }

    private func change(_ id: RunID, _ body: @escaping @Sendable (inout CallRecord) -> Void) async {
        await Blocking.run { [state, metrics, logger] in
            do {
                guard var record = try state.call(id) else { return }
                body(&record)
                try state.record(record)
            } catch {
                metrics.ledgerFailed()
                logger.error(
                    "\(ServiceWords.fateNotRecorded(ofCall: id.description, error))",
                    metadata: ["action": "http_request"]
                )
            }
        }
    }
}
