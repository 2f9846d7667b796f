import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Posts messages to webhooks.
///
/// Each call asks once. Redirects are not followed, so that nobody can send a message, or us, elsewhere; certificates
/// are verified; of the answer only the head is read, because a page of an error may quote the address. The HTTP client
/// behind it is made with the first message, and ends with this object.
package final class WebhookClient: Sendable {
    private static let connectTimeout = TimeAmount.seconds(5)

    private let timeout: Duration
    private let client = Mutex<HTTPClient?>(nil)

    /// - Parameter timeout: from the beginning of a call to the head of the answer.
    package init(timeout: Duration = .seconds(10)) {
        self.timeout = timeout
    }

    deinit {
        if let client = client.withLock({ $0 }) { client.shutdown { _ in } }
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
        let response: HTTPClientResponse
        do {
            response = try await open().execute(request, timeout: TimeAmount(timeout))
        } catch {
            throw WebhookError(error, timeout: timeout)
        }
        let status = Int(response.status.code)
        guard !(200..<300).contains(status) else { return }
        throw WebhookError(status: status, retryAfter: response.headers.first(name: "Retry-After"), now: seconds)
    }

    private func open() -> HTTPClient {
        client.withLock { client in
            if let client { return client }
            var configuration = HTTPClient.Configuration(
                redirectConfiguration: .disallow,
                timeout: .init(connect: Self.connectTimeout),
                decompression: .disabled
            )
            configuration.httpVersion = .http1Only
            // Who is not there is said at once, and asked again later.
            configuration.connectionPool.retryConnectionEstablishment = false
            let new = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            client = new
            return new
        }
    }
}
