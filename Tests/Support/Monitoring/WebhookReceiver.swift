import Foundation
import Synchronization

/// Takes what Alertmanager sends, and keeps it in the order in which it came.
package final class WebhookReceiver: Sendable {
    private struct Message: Decodable {
        let alerts: [AlertEvent]
    }

    private let server: LoopbackServer
    private let received: Received

    private final class Received: Sendable {
        let events = Mutex<[AlertEvent]>([])
        let problems = Mutex<[String]>([])
    }

    package init() throws {
        let received = Received()
        self.received = received
        server = try LoopbackServer { request in
            do {
                let alerts = try JSONDecoder().decode(Message.self, from: request.body).alerts
                received.events.withLock { $0 += alerts }
            } catch {
                received.problems.withLock { $0.append("\(error): \(String(decoding: request.body, as: UTF8.self))") }
            }
            return LoopbackServer.response("200 OK")
        }
    }

    package var url: String { "http://127.0.0.1:\(server.port)/" }
    package var events: [AlertEvent] { received.events.withLock { $0 } }
    /// What could not be read.
    package var problems: [String] { received.problems.withLock { $0 } }

    /// Waits until that alert has come to be so: its last event has the status.
    /// - Returns: the event.
    @discardableResult
    package func waitFor(
        _ status: AlertEvent.Status,
        _ name: String,
        _ labels: [String: String] = [:],
        seconds: Double = 120
    ) async throws -> AlertEvent {
        let event = try await eventually(seconds: seconds) {
            events.last { $0.isOf(name, labels) }.flatMap { $0.status == status ? $0 : nil }
        }
        if let event { return event }
        let seen = events.filter { $0.isOf(name, labels) }.map { "\($0.status) \($0.words)" }.joined(separator: ", ")
        throw SupportError("\(name) \(labels) was not \(status) within \(seconds) s; of it came: [\(seen)]")
    }
}
