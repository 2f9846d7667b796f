import ArgumentParser
import Clients
import Console
import Foundation

/// Which running service a command asks.
struct ServiceOptions: ParsableArguments {
    @Option(help: "Address of the service.")
    var url = "http://127.0.0.1:9847"

    @Option(
        help: ArgumentHelp(
            "A file that holds a token (environment: CLEANUPD_TOKEN holds the token itself).",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(help: ArgumentHelp("Certificates to trust, for https (default: the system's).", valueName: "file"))
    var ca: String?

    /// Runs `body` with a client. Throws `CommandFailure`.
    func with<Value>(_ body: (ServiceClient) async throws -> Value) async throws -> Value {
        let client: ServiceClient
        do {
            client = try ServiceClient(url: url, token: try token(), ca: ca)
        } catch let error as ServiceError {
            throw CommandFailure.usage(error.description)
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(client))
        } catch let error as ServiceError {
            result = .failure(CommandFailure.failed(error.description))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    private func token() throws -> String? {
        guard let tokenFile else {
            let token = ProcessInfo.processInfo.environment["CLEANUPD_TOKEN"] ?? ""
            return token.isEmpty ? nil : token
        }
        guard let token = SecretText.text(of: tokenFile) else {
            throw CommandFailure.usage("--token-file: \(tokenFile) cannot be read. Is it there, and readable?")
        }
        guard !token.isEmpty else {
            throw CommandFailure.usage("--token-file: \(tokenFile) is empty. Write the token into it.")
        }
        return token
    }
}

extension ServiceClient {
    /// A document of the API. Throws `ServiceError`, and `CommandFailure` for an answer that is none.
    func document<Document: Decodable>(_ path: String, as type: Document.Type = Document.self) async throws -> Document
    {
        let data = try await get(path)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(Document.self, from: data)
        } catch {
            // Swift's own words for it are for programmers.
            throw CommandFailure.otherVersion(path)
        }
    }

    /// As it was sent, for `--json`.
    func text(_ path: String) async throws -> String { String(decoding: try await get(path), as: UTF8.self) }
}
