package import Clients

/// A Docker engine for callers that block.
///
/// Nothing is connected before the first call. To be called by threads that may block, never on the cooperative pool.
package final class ContainersServer: Sendable {
    /// Containers that are looked at, or removed, at a time.
    private static let width = 8

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
        BlockingCalls.each(items, width: Self.width, isCancelled) { [client] in await body(client, $0) }
    }

    private func wait<Value: Sendable>(
        _ isCancelled: () -> Bool = { false },
        _ body: @escaping @Sendable (DockerClient) async throws(DockerError) -> Value
    ) throws(DockerError) -> Value {
        try BlockingCalls.wait(isCancelled) { [client] () throws(DockerError) in try await body(client) }
    }
}

extension StoreError {
    /// What an error of the client means to who wants to look at containers.
    init(_ error: DockerError) {
        self.init(error.code == .notThere ? .missing : .unreadable, error.message)
    }
}
