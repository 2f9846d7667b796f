package import Clients
import Dispatch

/// A Docker engine for callers that block.
///
/// Nothing is connected before the first call. To be called by threads that may block, never on the cooperative pool.
package final class ContainersServer: Sendable {
    /// Containers that are looked at, or removed, at a time.
    private static let width = 8
    /// How long what is under way may go on once the run is cancelled.
    private static let patience: Duration = .seconds(4)

    /// As the configuration calls the connection; in all errors.
    package let name: String
    private let client: DockerClient

    /// - Parameters:
    ///   - name: of the connection.
    ///   - settings: where it is.
    ///   - onCall: is told each call.
    package init(name: String, settings: DockerSettings, onCall: CallObserver? = nil) {
        self.name = name
        client = DockerClient(name: name, settings: settings, onCall: onCall)
    }

    /// Asks the engine what it is: the proof that it is there. Blocking: at most a minute, and for some
    /// seconds once it is cancelled.
    package func version(isCancelled: () -> Bool = { false }) throws(DockerError) -> DockerVersion {
        try wait(isCancelled) { (client) throws(DockerError) in try await client.version() }
    }

    /// Lists containers. Blocking: at most a minute, and for some seconds once it is cancelled.
    func list(states: [String], isCancelled: () -> Bool) throws(DockerError) -> [DockerSummary] {
        try wait(isCancelled) { (client) throws(DockerError) in try await client.list(states: states) }
    }

    /// Looks at containers, some at a time. Blocking.
    /// - Returns: parallel to `ids`; a success without a container = there is none; `nil` = not looked at.
    func inspect(
        _ ids: [String],
        size: Bool,
        isCancelled: () -> Bool
    ) -> [Result<DockerContainer?, DockerError>?] {
        each(ids, isCancelled: isCancelled) { (client, id) -> Result<DockerContainer?, DockerError> in
            do throws(DockerError) {
                return .success(try await client.inspect(id, size: size))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Does something with each of `items`, some at a time. Blocking.
    ///
    /// Once it is cancelled nothing more begins, and what is under way is given some seconds before it is broken off.
    /// - Returns: parallel to `items`; `nil` = not begun.
    func each<Item: Sendable, Value: Sendable>(
        _ items: [Item],
        isCancelled: () -> Bool,
        _ body: @escaping @Sendable (DockerClient, Item) async -> Value
    ) -> [Value?] {
        if isCancelled() { return items.map { _ in nil } }
        let call = BlockingCall<[Value?]>()
        let client = client
        let task = Task.detached {
            let results = await withTaskGroup(of: (Int, Value).self) { group in
                var results: [Value?] = items.map { _ in nil }
                var waiting = items.enumerated().makeIterator()
                func begin() {
                    guard !call.isEnding, let (index, item) = waiting.next() else { return }
                    group.addTask { (index, await body(client, item)) }
                }
                for _ in 0..<Self.width { begin() }
                while let (index, value) = await group.next() {
                    results[index] = value
                    begin()
                }
                return results
            }
            call.end(with: results)
        }
        return Self.value(of: call, task, isCancelled)
    }

    private func wait<Value: Sendable>(
        _ isCancelled: () -> Bool = { false },
        _ body: @escaping @Sendable (DockerClient) async throws(DockerError) -> Value
    ) throws(DockerError) -> Value {
        let call = BlockingCall<Result<Value, DockerError>>()
        let client = client
        let task = Task.detached {
            do throws(DockerError) {
                call.end(with: .success(try await body(client)))
            } catch {
                call.end(with: .failure(error))
            }
        }
        return try Self.value(of: call, task, isCancelled).get()
    }

    private static func value<Value>(
        of call: BlockingCall<Value>,
        _ task: Task<Void, Never>,
        _ isCancelled: () -> Bool
    ) -> Value {
        var since: ContinuousClock.Instant?
        while true {
            if let value = call.value(within: .milliseconds(100)) { return value }
            guard isCancelled() else { continue }
            call.isEnding = true
            let start = since ?? .now
            since = start
            if .now - start > patience { task.cancel() }
        }
    }
}

extension StoreError {
    /// What an error of the client means to who wants to look at containers.
    init(_ error: DockerError) {
        self.init(error.code == .notThere ? .missing : .unreadable, error.message)
    }
}
