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
    ///   - onCall: is told each call.
    ///   - now: a clock that is not set.
    package init(
        name: String,
        settings: S3Settings,
        onCall: CallObserver? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.name = name
        self.now = now
        client = S3Client(name: name, settings: settings, onCall: onCall)
    }

    /// Endpoint and bucket for people, without secrets.
    package var server: String { client.server }

    /// Whether deletions are conditional, as far as that was found out; asks nobody.
    package var knownConditions: Bool? { known.withLock { $0?.capabilities.conditionalDelete } }

    /// Own clock minus the server's, in seconds, and when its last answer told; `nil` before the first.
    package var clockOffset: (seconds: Double, at: ContinuousClock.Instant)? { client.clockOffset }

    /// What the server does with conditions on deletions, and whether the bucket keeps versions.
    ///
    /// Writes and removes an object of its own beneath `prefix` where that is not known yet, or was seen more than an
    /// hour ago; what could not be found out is tried again each time. Blocking. Throws `StoreError`.
    package func capabilities(prefix: String) throws -> S3Capabilities {
        let now = now()
        if let known = known.withLock({ $0 }), now - known.at < Self.capabilitiesAge { return known.capabilities }
        do throws(S3Error) {
            let found = try wait { (client) throws(S3Error) in try await client.probe(prefix: prefix) }
            if found.unknownReason == nil { known.withLock { $0 = Known(capabilities: found, at: now) } }
            return found
        } catch {
            throw StoreError(error)
        }
    }

    /// Throws `StoreError(.denied)` where the server is known to keep no tags: a task that asks for them cannot be done.
    ///
    /// Writes and removes an object of its own, as `capabilities`. Blocking. Throws `StoreError`.
    func requireTags(prefix: String) throws {
        let now = now()
        if let known = keepsTags.withLock({ $0 }), known.answer, now - known.at < Self.capabilitiesAge { return }
        let answer: Bool?
        do throws(S3Error) {
            answer = try wait { (client) throws(S3Error) in try await client.keepsTags(prefix: prefix) }
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

    /// Asks, and waits for the answer. Blocking: as long as the client takes. Not on the cooperative pool.
    func wait<Value: Sendable>(
        _ body: @escaping @Sendable (S3Client) async throws(S3Error) -> Value
    ) throws(S3Error) -> Value {
        let answer = Answer<Result<Value, S3Error>>()
        let client = client
        Task.detached {
            do throws(S3Error) {
                answer.set(.success(try await body(client)))
            } catch {
                answer.set(.failure(error))
            }
        }
        return try answer.wait().get()
    }

    /// Asks for each element, at most `width` at once, and waits for all answers. Blocking, as `wait`.
    /// - Returns: parallel to `elements`.
    func each<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        width: Int,
        _ body: @escaping @Sendable (S3Client, Element) async throws(S3Error) -> Value
    ) -> [Result<Value, S3Error>] {
        guard !elements.isEmpty else { return [] }
        let answer = Answer<[Result<Value, S3Error>]>()
        let client = client
        Task.detached {
            var results = [Result<Value, S3Error>?](repeating: nil, count: elements.count)
            await withTaskGroup(of: (Int, Result<Value, S3Error>).self) { group in
                var next = 0
                while next < elements.count || !group.isEmpty {
                    if next >= width || next >= elements.count, let (index, result) = await group.next() {
                        results[index] = result
                    }
                    guard next < elements.count else { continue }
                    let (index, element) = (next, elements[next])
                    group.addTask {
                        do throws(S3Error) {
                            return (index, .success(try await body(client, element)))
                        } catch {
                            return (index, .failure(error))
                        }
                    }
                    next += 1
                }
            }
            answer.set(results.compactMap(\.self))
        }
        return answer.wait()
    }

    /// Lets go of all connections.
    package func shutdown() async { await client.shutdown() }
}
