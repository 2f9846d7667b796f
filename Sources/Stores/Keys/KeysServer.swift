package import Clients
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
    private let onCall: CallObserver?
    private let running = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - name: of the connection.
    ///   - settings: where it is.
    ///   - onCall: is told each call: `read` for commands, `script` for scripts.
    package init(name: String, settings: RedisSettings, onCall: CallObserver? = nil) {
        self.name = name
        self.onCall = onCall
        client = RedisClient(settings: settings)
    }

    /// What is done through it, as operations of calls.
    package static let operations = [read, script]
    private static let read = "read"
    private static let script = "script"

    deinit { running.withLock { $0 }?.cancel() }

    /// Sends commands at once and waits for all replies. Blocking: at most `patience`. Not on the cooperative pool.
    /// - Returns: one result for each command, in order.
    func pipeline(_ commands: [RedisCommand]) throws(RedisError) -> [Result<RedisValue, RedisError>] {
        try wait(Self.read) { (client) throws(RedisError) in
            try await client.pipeline(commands, timeout: Self.patience)
        }
    }

    /// Sends a command and waits for its reply. Blocking, as `pipeline`.
    func send(_ command: RedisCommand) throws(RedisError) -> RedisValue {
        try wait(Self.read) { (client) throws(RedisError) in
            try await client.send(command, timeout: Self.patience)
        }
    }

    /// Runs a script. Blocking, as `pipeline`.
    func run(
        _ script: RedisScript,
        keys: [[UInt8]],
        arguments: [[UInt8]],
        waits: Bool
    ) throws(RedisError) -> RedisValue {
        try wait(Self.script) { (client) throws(RedisError) in
            try await client.run(
                script,
                keys: keys,
                arguments: arguments,
                timeout: Self.patience,
                patience: waits ? .wait : .fail
            )
        }
    }

    /// The server's wall clock in seconds since 1970. Blocking, as `pipeline`.
    package func time() throws(RedisError) -> Double {
        let time = try wait(Self.read) { (client) throws(RedisError) in
            try await client.serverTime(timeout: Self.patience)
        }
        return Double(time.seconds) + Double(time.microseconds) / 1_000_000
    }

    private func wait<Value: Sendable>(
        _ operation: String,
        _ body: @escaping @Sendable (RedisClient) async throws(RedisError) -> Value
    ) throws(RedisError) -> Value {
        start()
        let answer = Answer<Result<Value, RedisError>>()
        let client = client
        let start = ContinuousClock.now
        Task.detached {
            do throws(RedisError) {
                answer.set(.success(try await body(client)))
            } catch {
                answer.set(.failure(error))
            }
        }
        let result = answer.wait()
        if let onCall {
            let failure: RedisError? = if case .failure(let error) = result { error } else { nil }
            onCall(
                BackendCall(
                    operation: operation,
                    seconds: (ContinuousClock.now - start) / .seconds(1),
                    failure: failure.flatMap(BackendCall.Failure.init)
                )
            )
        }
        return try result.get()
    }

    private func start() {
        running.withLock { running in
            guard running == nil else { return }
            let client = client
            running = Task.detached { await client.run() }
        }
    }
}

extension BackendCall.Failure {
    /// `nil` for what the caller itself has ended.
    fileprivate init?(_ error: RedisError) {
        switch error {
        case .cancelled: return nil
        case .notConnected, .disconnected: self = .connection
        case .timedOut: self = .timeout
        case .invalidReply, .unexpectedReply: self = .badReply
        case .overloaded: self = .throttled
        case .settings, .commandTooLarge: self = .refused
        case .reply(let code, _):
            switch code {
            case "NOPERM", "NOAUTH", "WRONGPASS": self = .denied
            case "LOADING", "BUSY", "OOM", "TRYAGAIN": self = .throttled
            default: self = .refused
            }
        }
    }
}
