package import Clients
import Dispatch
import Synchronization

/// A Redis server for callers that block: the client with its connection, which is there as long as this object is.
///
/// Nothing is connected before the first call.
package final class KeysServer: Sendable {
    /// For a connection, and for one answer.
    static let patience: Duration = .seconds(10)

    /// As the configuration calls the connection; begins all errors.
    package let name: String
    private let client: RedisClient
    private let running = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - name: of the connection.
    ///   - settings: where it is.
    package init(name: String, settings: RedisSettings) {
        self.name = name
        client = RedisClient(settings: settings)
    }

    deinit { running.withLock { $0 }?.cancel() }

    /// Sends commands at once and waits for all replies. Blocking: at most `patience`. Not on the cooperative pool.
    /// - Returns: one result for each command, in order.
    func pipeline(_ commands: [RedisCommand]) throws(RedisError) -> [Result<RedisValue, RedisError>] {
        try wait { (client) throws(RedisError) in try await client.pipeline(commands, timeout: Self.patience) }
    }

    /// Sends a command and waits for its reply. Blocking, as `pipeline`.
    func send(_ command: RedisCommand) throws(RedisError) -> RedisValue {
        try wait { (client) throws(RedisError) in try await client.send(command, timeout: Self.patience) }
    }

    /// Runs a script. Blocking, as `pipeline`.
    func run(
        _ script: RedisScript,
        keys: [[UInt8]],
        arguments: [[UInt8]],
        waits: Bool
    ) throws(RedisError) -> RedisValue {
        try wait { (client) throws(RedisError) in
            try await client.run(
                script,
                keys: keys,
                arguments: arguments,
                timeout: Self.patience,
                patience: waits ? .wait : .fail
            )
        }
    }

    private func wait<Value: Sendable>(
        _ body: @escaping @Sendable (RedisClient) async throws(RedisError) -> Value
    ) throws(RedisError) -> Value {
        start()
        let answer = Answer<Value>()
        let client = client
        Task.detached {
            do throws(RedisError) {
                answer.set(.success(try await body(client)))
            } catch {
                answer.set(.failure(error))
            }
        }
        return try answer.wait().get()
    }

    private func start() {
        running.withLock { running in
            guard running == nil else { return }
            let client = client
            running = Task.detached { await client.run() }
        }
    }
}

/// An answer that a thread waits for.
private final class Answer<Value: Sendable>: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<Value, RedisError>?>(nil)

    func set(_ value: Result<Value, RedisError>) {
        result.withLock { $0 = value }
        semaphore.signal()
    }

    /// Once, by one thread.
    func wait() -> Result<Value, RedisError> {
        semaphore.wait()
        guard let value = result.withLock({ $0 }) else { preconditionFailure("an answer was signalled but not set") }
        return value
    }
}

extension StoreError {
    /// What an error of the client means to who wants to look at keys.
    init(_ error: RedisError, connection: String) {
        let code: Code =
            switch error {
            // It is there, and does not let us in.
            case .notConnected(_, let reason) where ["WRONGPASS", "NOAUTH", "NOPERM"].contains(where: reason.contains):
                .unreadable
            case .notConnected: .missing
            default: .unreadable
            }
        self.init(code, "Connection \(connection): \(error)")
    }
}
