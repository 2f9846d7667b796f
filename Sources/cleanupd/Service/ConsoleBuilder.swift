import CleanupConfiguration
import Console
import Crypto
import Foundation

/// Makes the HTTP side's values from the configuration; reads tokens from their files.
enum ConsoleBuilder {
    /// Throws `CommandFailure` for a token file that cannot be read or is empty; its content is in no message.
    static func configuration(from http: HTTPConfiguration) throws -> ConsoleConfiguration {
        ConsoleConfiguration(
            listen: .init(host: http.listen.host, port: http.listen.port),
            metricsListen: http.metricsListen.map { .init(host: $0.host, port: $0.port) },
            tokens: try http.tokens.sorted { $0.key < $1.key }.map { name, token in
                .init(name: name, role: role(token.role), sha256: try digest(token.source, name))
            },
            lifecycle: http.lifecycle,
            protectMetrics: http.protectMetrics,
            tls: http.tls.map { .init(certificate: $0.certificate, key: $0.key) },
            clientOrigins: http.clientOrigins,
            frameAncestors: http.frameAncestors
        )
    }

    private static func role(_ role: HTTPConfiguration.Role) -> ConsoleConfiguration.Role {
        switch role {
        case .view: .view
        case .operate: .operate
        case .admin: .admin
        }
    }

    private static func digest(_ source: HTTPConfiguration.Token.Source, _ name: String) throws -> [UInt8] {
        switch source {
        case .sha256(let text):
            let digits = Array(text)
            return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(digits[$0...$0 + 1]), radix: 16)
            }
        case .file(let path):
            guard let token = SecretText.text(of: path) else {
                throw CommandFailure.usage(
                    "http.tokens.\(name): the file \(path) cannot be read. Is it there, and readable?"
                )
            }
            guard !token.isEmpty else {
                throw CommandFailure.usage("http.tokens.\(name): the file \(path) is empty. Write the token into it.")
            }
            return Array(SHA256.hash(data: Data(token.utf8)))
        }
    }
}
