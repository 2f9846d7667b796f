import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// Decides who a request is from, and whether that is enough.
///
/// Tokens are compared as SHA-256 digests, all of them, in constant time; a missing header takes the same way.
struct Authenticator: Sendable {
    private let tokens: [ConsoleConfiguration.Token]
    /// Without tokens the API answers, but only on loopback.
    private let isOpen: Bool
    private let metrics: HTTPMetrics

    init(configuration: ConsoleConfiguration, metrics: HTTPMetrics) {
        tokens = configuration.tokens
        isOpen = configuration.tokens.isEmpty && configuration.listen.isLoopback
        self.metrics = metrics
    }

    /// Throws 401 without a valid token, 403 when its role does not do, and when no tokens are configured for an address
    /// that others can reach.
    func require(_ role: ConsoleConfiguration.Role, _ request: Request) throws {
        if isOpen {
            try refuseForeignPages(request)
            return
        }
        guard !tokens.isEmpty else {
            metrics.authenticationFailed(.missing)
            throw HTTPProblem(
                .forbidden,
                "No tokens are configured; without http.tokens this answers on loopback only."
            )
        }
        let header = request.headers[.authorization] ?? ""
        let isBearer = header.hasPrefix("Bearer ")
        let offered = Array(SHA256.hash(data: Data(header.dropFirst(isBearer ? 7 : 0).utf8)))
        var found: ConsoleConfiguration.Token?
        for token in tokens where Self.isEqual(token.sha256, offered) { found = token }
        guard isBearer, let found else {
            metrics.authenticationFailed(isBearer ? .badToken : .missing)
            throw HTTPProblem(.unauthorized, "A valid token is needed: Authorization: Bearer TOKEN.")
        }
        guard found.role >= role else {
            metrics.authenticationFailed(.badToken)
            throw HTTPProblem(.forbidden, "The token of \(found.name) may not do this; it needs the role \(role).")
        }
    }

    /// Without tokens, a web page in the operator's browser must not be able to act: it says where it comes from
    /// (Origin), or reaches loopback by a name of its own (Host; DNS rebinding).
    private func refuseForeignPages(_ request: Request) throws {
        let host = request.head.authority.map(Self.hostWithoutPort) ?? ""
        let isLocal = ConsoleConfiguration.Address(host: host, port: 0).isLoopback
        guard isLocal, request.headers[.origin] == nil else {
            metrics.authenticationFailed(.origin)
            throw HTTPProblem(
                .forbidden,
                "Without tokens only programs on this machine may call; send no Origin header."
            )
        }
    }

    private static func hostWithoutPort(_ authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }

    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
