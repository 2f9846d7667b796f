import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Calls a running service of ours over HTTP.
///
/// Belongs to one command: `shutdown` ends it.
package struct ServiceClient: Sendable {
    private static let timeout = TimeAmount.seconds(30)
    private static let longestAnswer = 32 << 20

    private let url: String
    private let token: String?
    private let client: HTTPClient

    /// - Parameters:
    ///   - url: `http://…` or `https://…`, with or without a slash at its end.
    ///   - token: sent as bearer token.
    ///   - ca: a file of certificates to trust instead of the system's.
    /// - Throws: `ServiceError` for a URL that is none, or a file that cannot be read.
    package init(url: String, token: String?, ca: String?) throws(ServiceError) {
        guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme), parsed.host != nil,
            parsed.user == nil, parsed.query == nil
        else {
            // What stands before an @ may be a password.
            let shown = url.contains("@") ? "What holds an @" : url
            throw ServiceError("\(shown) is no address of a service. Say http://HOST:PORT or https://HOST:PORT.")
        }
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.token = token
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(5), read: Self.timeout)
        configuration.httpVersion = .http1Only
        if let ca {
            var tls = TLSConfiguration.makeClientConfiguration()
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(ca))
            } catch {
                throw ServiceError("The certificates in \(ca) cannot be read: \(error)")
            }
            configuration.tlsConfiguration = tls
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// The answer's body. Throws `ServiceError` with what the service said, or why it could not be asked.
    package func get(_ path: String) async throws(ServiceError) -> Data { try await call(.GET, path) }

    package func post(_ path: String) async throws(ServiceError) { _ = try await call(.POST, path) }

    package func shutdown() async throws { try await client.shutdown() }

    private func call(_ method: HTTPMethod, _ path: String) async throws(ServiceError) -> Data {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let status: HTTPResponseStatus
        let body: Data
        do {
            let response = try await client.execute(request, timeout: Self.timeout)
            status = response.status
            body = Data(buffer: try await response.body.collect(upTo: Self.longestAnswer))
        } catch {
            throw ServiceError(
                "\(url) does not answer: \(NetworkFailureWords.reason(error)). Does the service run, and listen there?",
                // Only a connection that nobody takes says that nobody is there.
                isSilent: error is NIOConnectionError || (error as? IOError)?.errnoCode == ECONNREFUSED
            )
        }
        guard (200..<300).contains(status.code) else {
            throw ServiceError(
                "\(method) \(path): \(Problem.detail(of: body) ?? "\(status)")",
                status: Int(status.code)
            )
        }
        return body
    }

    /// RFC 9457.
    private struct Problem: Decodable {
        var detail: String

        /// `nil` = somebody else's answer.
        static func detail(of body: Data) -> String? {
            do {
                return try JSONDecoder().decode(Problem.self, from: body).detail
            } catch {
                return nil
            }
        }
    }
}

/// Why a running service could not be asked, or what it refused.
package struct ServiceError: Error, CustomStringConvertible {
    /// For a person; without the token.
    package var description: String
    /// Of the answer; `nil` = there was none.
    package var status: Int?
    /// Nobody answers.
    package var isSilent: Bool

    init(_ description: String, status: Int? = nil, isSilent: Bool = false) {
        self.description = description
        self.status = status
        self.isSilent = isSilent
    }
}
