import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1

/// Posts messages to webhooks.
///
/// Each call asks once. The name is looked up first, and what is connected to are those of its addresses that messages may
/// go to, so that no DNS leads them elsewhere. Redirects are not followed, so that nobody can send a message, or us,
/// elsewhere; certificates are verified; of the answer only the head is read, because a page of an error may quote the
/// address.
package struct WebhookClient: Sendable {
    /// So that of an address of each family one is tried within a call's time.
    private static let connectTimeout = TimeAmount.seconds(3)

    private struct Answer: Sendable {
        var status: Int
        var retryAfter: String?
    }

    private let timeout: Duration
    private let resolve: WebhookNames.Resolve

    /// - Parameters:
    ///   - timeout: from the beginning of a call to the head of the answer.
    ///   - resolve: looks names up.
    package init(
        timeout: Duration = .seconds(10),
        resolve: @escaping WebhookNames.Resolve = { try WebhookNames.system($0) }
    ) {
        self.timeout = timeout
        self.resolve = resolve
    }

    /// Hands a message over.
    ///
    /// - Parameters:
    ///   - event: its identity, the same each time that it is sent.
    ///   - secret: signs it, if there is one.
    ///   - seconds: now, since 1970.
    /// - Throws: unless the answer is a success (2xx).
    package func post(
        _ message: [UInt8],
        event: String,
        to address: WebhookAddress,
        secret: String?,
        seconds: Int64
    ) async throws(WebhookError) {
        let request = Self.request(message, event: event, to: address, secret: secret, seconds: seconds)
        let answer: Answer
        do {
            answer = try await bounded { try await exchange(request, address) }
        } catch let error as WebhookError {
            throw error
        } catch {
            throw WebhookError(error, timeout: timeout)
        }
        guard !(200..<300).contains(answer.status) else { return }
        throw WebhookError(status: answer.status, retryAfter: answer.retryAfter, now: seconds)
    }

    private static func request(
        _ message: [UInt8],
        event: String,
        to address: WebhookAddress,
        secret: String?,
        seconds: Int64
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "cleanupd")
        request.headers.add(name: "X-Cleanupd-Event-Id", value: event)
        if let secret {
            let signature = WebhookSignature.value(message, secret: secret, seconds: seconds)
            request.headers.add(name: WebhookSignature.header, value: signature)
        }
        request.body = .bytes(message)
        return request
    }

    /// Looking a name up is within the time, too.
    private func bounded(_ body: @escaping @Sendable () async throws -> Answer) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await body() }
            group.addTask { [timeout] in
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else { throw HTTPClientError.deadlineExceeded }
            return answer
        }
    }

    // MARK: Addresses

    /// Asks the first of the addresses that can be reached.
    private func exchange(_ request: HTTPClientRequest, _ address: WebhookAddress) async throws -> Answer {
        var failure: (any Error)?
        for place in try await places(address) {
            do {
                return try await ask(request, of: address.name, at: place)
            } catch let error where Self.isUnreachable(error) {
                failure = error
            }
        }
        throw failure ?? WebhookError(unresolved: address.name, reason: "it has no addresses")
    }

    /// Those addresses of a name that messages may go to. Throws if there are others only.
    private func places(_ address: WebhookAddress) async throws -> [String] {
        let all =
            address.isNumeric
            ? [address.name] : try await WebhookNames.addresses(of: address.name, by: resolve)
        let permitted = all.filter { address.refusal(of: $0) == nil }
        if permitted.isEmpty, let refusal = all.first.flatMap({ address.refusal(of: $0) }) {
            throw WebhookError(refusal: refusal)
        }
        return WebhookNames.inTurn(permitted)
    }

    /// No connection was made, so that nothing can have been posted there.
    private static func isUnreachable(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .connectTimeout
        case let error as IOError: [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT].contains(error.errnoCode)
        default: false
        }
    }

    /// The HTTP client is told the address of the name, and lives for this one exchange: otherwise it would look the name
    /// up itself, and might be told another one.
    private func ask(_ request: HTTPClientRequest, of name: String, at place: String) async throws -> Answer {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: Self.connectTimeout),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.dnsOverride = [name: place]
        // Who is not there is said at once, and asked again later.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        defer { client.shutdown { _ in } }
        // Later than the caller's own limit, which also counts what came before.
        let response = try await client.execute(request, timeout: TimeAmount(timeout + .seconds(5)))
        return Answer(status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"))
    }
}
