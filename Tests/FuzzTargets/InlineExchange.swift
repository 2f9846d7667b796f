import NIOCore
import NIOHTTP1
import Synchronization

@testable import Clients

/// A question to a connection whose answer is there as soon as the channel has it: nothing runs on another thread.
final class InlineExchange: Sendable {
    struct Outcome: Sendable {
        /// Nil: it failed.
        var answer: S3Answer?
    }

    /// Runs each job at once, on the thread that makes it ready.
    private final class Executor: TaskExecutor {
        func enqueue(_ job: consuming ExecutorJob) {
            UnownedJob(job).runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    private let state = Mutex<Outcome?>(nil)

    var outcome: Outcome? { state.withLock { $0 } }

    /// Asks for an object.
    init(_ connection: S3Connection) {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/pictures/key", headers: ["host": "s3"])
        let origin = S3Origin(isEncrypted: false, authority: "s3")
        let message = S3Message(origin: origin, head: head, body: [])
        // It ends with the exchange, which every path of the handler resumes.
        Task(executorPreference: Executor()) { [self] in
            do {
                let answer = try await connection.exchange(message, deadline: .distantFuture)
                state.withLock { $0 = Outcome(answer: answer) }
            } catch {
                state.withLock { $0 = Outcome(answer: nil) }
            }
        }
    }
}
