import Clients
import Dispatch
import Foundation
import Synchronization

/// One session on the server, and the thread that alone uses it. It ends when its connection breaks, and all its locks
/// with it.
final class PostgresLeaseSession: Sendable {
    typealias Work<Value> =
        @Sendable (inout PostgresHeldLocks, PostgresConnection, _ isLate: () -> Bool) throws -> Value

    private struct Request: Sendable {
        let deadline: ContinuousClock.Instant
        let run: @Sendable (inout PostgresHeldLocks, PostgresConnection) -> Void
        let fail: @Sendable (LeaseFault) -> Void
    }

    private struct Shared {
        var isOpen = true
        var requests: [Request] = []
    }

    private static let prefix = "cleanupd/lease/"

    private let shared = Mutex(Shared())
    /// Signalled for each request, and at the end.
    private let changed = DispatchSemaphore(value: 0)

    /// Connects on its own thread.
    init(_ server: PostgresServer, application: String) {
        do {
            try DetachedThread.begin { self.serve(server, application) }
        } catch {
            end(LeaseFault(.postgres, "\(error)", mayHaveHappened: false))
        }
    }

    /// Whether the session may still hold locks.
    var isOpen: Bool { shared.withLock { $0.isOpen } }

    /// What the server's administrator sees; PostgreSQL keeps 63 bytes.
    static func applicationName(_ replica: String) -> String {
        var name = prefix + replica
        while name.utf8.count > 63 { name.removeLast() }
        return name
    }

    /// The replica of such a name; `nil` if it is somebody else's.
    static func replica(_ application: String) -> String? {
        application.hasPrefix(prefix) ? String(application.dropFirst(prefix.count)) : nil
    }

    /// Runs `work` on the session's thread. Throws `LeaseFault`.
    ///
    /// The answer comes within `time`, whatever the server does; a frozen one keeps the thread some seconds longer.
    func perform<Value: Sendable>(within time: Duration, _ work: @escaping Work<Value>) async throws -> Value {
        let deadline = ContinuousClock.now + time
        return try await withCheckedThrowingContinuation { continuation in
            let answer = PostgresLeaseAnswer(continuation)
            let request = Request(deadline: deadline) { held, connection in
                // It has been told that it failed, and what it wanted is not wanted any more.
                guard !answer.isGiven else { return }
                answer.give(Self.attempt(deadline, &held, connection, work))
            } fail: { fault in
                answer.give(.failure(fault))
            }
            let isOpen = shared.withLock { shared in
                if shared.isOpen { shared.requests.append(request) }
                return shared.isOpen
            }
            guard isOpen else { return request.fail(.sessionEnded) }
            changed.signal()
            let nanoseconds = Int((time / .nanoseconds(1)).rounded())
            DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) {
                request.fail(.noAnswerInTime)
            }
        }
    }

    /// Ends the session; what waits fails.
    func close() { end(.sessionEnded) }

    private static func attempt<Value>(
        _ deadline: ContinuousClock.Instant,
        _ held: inout PostgresHeldLocks,
        _ connection: PostgresConnection,
        _ work: Work<Value>
    ) -> Result<Value, any Error> {
        do {
            return .success(try work(&held, connection) { ContinuousClock.now >= deadline })
        } catch {
            return .failure(fault(error))
        }
    }

    private static func fault(_ error: any Error) -> LeaseFault {
        // Nobody else cancels: it was late.
        if let error = error as? PostgresError, error.code == .cancelled { return .noAnswerInTime }
        return LeaseFault(.postgres, "\(error)", mayHaveHappened: true)
    }

    // MARK: On the thread

    private func serve(_ server: PostgresServer, _ application: String) {
        do {
            try server.withConnection(as: application, isCancelled: { self.isHopeless }) { connection in
                // Nobody else may get a session that holds locks.
                defer { connection.retire() }
                var held = PostgresHeldLocks()
                while connection.isUsable, let request = next() { request.run(&held, connection) }
            }
            end(.sessionEnded)
        } catch {
            end(Self.fault(error))
        }
    }

    /// While it connects: nobody waits for it any more.
    private var isHopeless: Bool {
        let now = ContinuousClock.now
        return shared.withLock { shared in !shared.isOpen || shared.requests.first.map { $0.deadline <= now } ?? false }
    }

    /// Waits for a request; `nil` = the session was closed.
    private func next() -> Request? {
        while true {
            changed.wait()
            let (isOpen, request) = shared.withLock { shared in
                (shared.isOpen, shared.requests.isEmpty ? nil : shared.requests.removeFirst())
            }
            guard isOpen else {
                request?.fail(.sessionEnded)
                return nil
            }
            if let request { return request }
        }
    }

    private func end(_ fault: LeaseFault) {
        let requests = shared.withLock { shared in
            shared.isOpen = false
            defer { shared.requests = [] }
            return shared.requests
        }
        for request in requests { request.fail(fault) }
        changed.signal()
    }
}
