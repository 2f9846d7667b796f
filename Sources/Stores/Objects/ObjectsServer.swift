package import Clients
import Synchronization

/// A bucket for callers that block: the client with its connections, and what its server was seen to do.
///
/// Nothing is connected before the first call.
package final class ObjectsServer: Sendable {
    /// How long it is believed that a server is as it was.
    static let capabilitiesAge: Duration = .seconds(3600)

    private struct Known {
        var capabilities: S3Capabilities
        var at: ContinuousClock.Instant
    }

    /// As the configuration calls the connection; begins all errors.
    package let name: String
    private let client: S3Client
    private let now: @Sendable () -> ContinuousClock.Instant
    private let known = Mutex<Known?>(nil)
    private let keepsTags = Mutex<(answer: Bool, at: ContinuousClock.Instant)?>(nil)

    /// - Parameters:
    ///   - name: of the connection.
    ///   - settings: where the bucket is.
    ///   - limits: of time, size and number.
    ///   - onCall: is told each call.
    ///   - wallClock: nanoseconds since 1970.
    ///   - now: a clock that is not set.
    package init(
        name: String,
        settings: S3Settings,
        limits: S3Limits = S3Limits(),
        onCall: CallObserver? = nil,
        wallClock: @escaping @Sendable () -> Int64 = S3Client.wallClock,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.name = name
        self.now = now
        client = S3Client(name: name, settings: settings, limits: limits, onCall: onCall, clock: wallClock)
    }

    /// Endpoint and bucket for people, without secrets.
    package var server: String { client.server }

    /// Whether deletions are conditional, as far as that was found out within the last hour; asks nobody.
    package var knownConditions: Bool? {
        let now = now()
        return known.withLock { known in
            known.flatMap { now - $0.at < Self.capabilitiesAge ? $0.capabilities.conditionalDelete : nil }
        }
    }

    /// Own clock minus the server's, in seconds, and when its last answer told; `nil` before the first.
    package var clockOffset: (seconds: Double, at: ContinuousClock.Instant)? { client.clockOffset }

    /// What the server does with conditions on deletions, and whether the bucket keeps versions.
    ///
    /// Writes and removes an object of its own beneath `prefix` where that is not known yet, or was seen more than an
    /// hour ago; conditions that could not be found out are tried again each time. Blocking, as `wait`. Throws `StoreError`.
    package func capabilities(prefix: String, isCancelled: () -> Bool = { false }) throws -> S3Capabilities {
        let now = now()
        if let known = known.withLock({ $0 }), now - known.at < Self.capabilitiesAge { return known.capabilities }
        do throws(S3Error) {
            let found = try wait(isCancelled) { (client) throws(S3Error) in try await client.probe(prefix: prefix) }
            // Without the right to ask for versions they stay unknown, however often the probe is written.
            let isTold = found.conditionalDelete != nil
            known.withLock { $0 = isTold ? Known(capabilities: found, at: now) : nil }
            return found
        } catch {
            known.withLock { $0 = nil }
            throw StoreError(error)
        }
    }

    /// Throws `StoreError(.denied)` where the server is known to keep no tags: a task that asks for them cannot be done.
    ///
    /// Writes and removes an object of its own, as `capabilities`. Blocking, as `wait`. Throws `StoreError`.
    func requireTags(prefix: String, isCancelled: () -> Bool) throws {
        let now = now()
        if let known = keepsTags.withLock({ $0 }), known.answer, now - known.at < Self.capabilitiesAge { return }
        let answer: Bool?
        do throws(S3Error) {
            answer = try wait(isCancelled) { (client) throws(S3Error) in try await client.keepsTags(prefix: prefix) }
        } catch {
            throw StoreError(error)
        }
        guard answer != false else { throw withoutTags }
        if answer == true { keepsTags.withLock { $0 = (true, now) } }
    }

    /// Why a task that asks for tags is refused.
    var withoutTags: StoreError {
        StoreError(
            .denied,
            "Connection \(name): the server \(server) does not have tags of objects, but the task asks for them. Nothing was "
                + "removed. Leave tags out of this task."
        )
    }

    /// Asks, and waits for the answer. Blocking: as long as the client takes, and for some seconds once it is cancelled.
    /// Not on the cooperative pool.
    func wait<Value: Sendable>(
        _ isCancelled: () -> Bool = { false },
        _ body: @escaping @Sendable (S3Client) async throws(S3Error) -> Value
    ) throws(S3Error) -> Value {
        try BlockingCalls.wait(isCancelled) { [client] () throws(S3Error) in try await body(client) }
    }

    /// Asks for each element, at most `width` at once, and waits for all answers. Blocking, as `wait`.
    ///
    /// Once it is cancelled nothing more begins, and what is under way is given some seconds before it is broken off.
    /// - Returns: parallel to `elements`; `nil` = not begun.
    func each<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        width: Int,
        _ isCancelled: () -> Bool,
        _ body: @escaping @Sendable (S3Client, Element) async throws(S3Error) -> Value
    ) -> [Result<Value, S3Error>?] {
        BlockingCalls.each(elements, width: width, on: client.executor, isCancelled) { [client] element in
            do throws(S3Error) {
                return .success(try await body(client, element))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Lets go of all connections.
    package func shutdown() async { await client.shutdown() }
}
