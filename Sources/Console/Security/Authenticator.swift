import Foundation
import HTTPTypes
import Hummingbird

/// Decides who a request is from, and whether that is enough.
///
/// Tokens are compared as SHA-256 digests, all of them, in constant time; a missing header takes the same way.
struct Authenticator: Sendable {
    /// How a request has shown who it is from.
    enum Means: Sendable, Equatable {
        /// No tokens are configured, and it comes from this machine.
        case local
        case bearer
        case session
    }

    struct Identity: Sendable, Equatable {
        var caller: Caller
        var means: Means
    }

    let sessions = Sessions()
    private let tokens: [ConsoleConfiguration.Token]
    /// Without tokens the API answers, but only on loopback.
    let isOpen: Bool
    private let metrics: HTTPMetrics
    /// Wrong tokens by address.
    private let failures = RateLimiter(limit: 10)
    /// Sessions begun, by token.
    private let logins = RateLimiter(limit: 60)

    init(configuration: ConsoleConfiguration, metrics: HTTPMetrics) {
        tokens = configuration.tokens
        isOpen = configuration.tokens.isEmpty && configuration.listen.isLoopback
        self.metrics = metrics
    }

    /// Throws 401 without a valid token or session, 403 when its role does not do, when a page of somebody else sent it,
    /// and when no tokens are configured for an address that others can reach; 429 after ten wrong tokens in a minute.
    func require(
        _ role: ConsoleConfiguration.Role,
        _ request: Request,
        from address: String,
        now: ContinuousClock.Instant
    ) throws -> Identity {
        let identity = try identify(request, from: address, now: now)
        if identity.means == .session, request.method != .get, request.method != .head { try refuseForged(request) }
        guard identity.caller.role >= role else {
            metrics.authenticationFailed(.badToken)
            let name = identity.caller.name
            throw HTTPProblem(.forbidden, "The token of \(name) may not do this; it needs the role \(role).")
        }
        return identity
    }

    /// Who it is from, as far as a session or the place says it; for pages that show a form to those who are not known.
    func known(_ request: Request, from address: String, now: ContinuousClock.Instant) -> Caller? {
        if isOpen {
            return isFromHere(request) ? Caller(name: "local", role: .admin, address: address) : nil
        }
        return session(request, from: address, now: now)
    }

    /// Whether a session could help who has shown nothing.
    func mayLogIn(_ request: Request) -> Bool { !tokens.isEmpty && request.headers[.authorization] == nil }

    /// The token's owner. Throws 401 for a wrong one and 429 after ten of them in a minute, both counted.
    func owner(
        of token: some StringProtocol,
        from address: String,
        now: ContinuousClock.Instant
    ) throws -> ConsoleConfiguration.Token {
        let key = Self.network(of: address)
        if let seconds = failures.wait(key, now: now) {
            throw HTTPProblem.tooMany(
                "There were ten wrong tokens from this address within a minute.",
                retryAfter: seconds
            )
        }
        let offered = SecretComparison.digest(token)
        var found: ConsoleConfiguration.Token?
        for token in tokens where SecretComparison.isEqual(token.sha256, offered) { found = token }
        guard let found, !token.isEmpty else {
            metrics.authenticationFailed(.badToken)
            _ = failures.take(key, now: now)
            throw HTTPProblem(.unauthorized, "This token is not valid.")
        }
        return found
    }

    /// Throws 429 after 60 logins of a token within a minute.
    func limitLogins(of name: String, now: ContinuousClock.Instant) throws {
        guard let seconds = logins.take(name, now: now) else { return }
        throw HTTPProblem.tooMany("There were 60 logins of \(name) within a minute.", retryAfter: seconds)
    }

    /// Throws 403 when a page of somebody else sent it.
    func refuseForeignLogin(_ request: Request) throws {
        guard request.headers[.origin] == nil || Origin.isOwn(request) else {
            metrics.authenticationFailed(.csrf)
            throw HTTPProblem(.forbidden, "The page of another service must not log in here.")
        }
    }

    private func identify(_ request: Request, from address: String, now: ContinuousClock.Instant) throws -> Identity {
        if isOpen {
            guard isFromHere(request) else {
                metrics.authenticationFailed(.origin)
                throw HTTPProblem(
                    .forbidden,
                    "Without tokens only programs on this machine and this service's own page may call."
                )
            }
            return Identity(caller: Caller(name: "local", role: .admin, address: address), means: .local)
        }
        guard !tokens.isEmpty else {
            metrics.authenticationFailed(.missing)
            throw HTTPProblem(
                .forbidden,
                "No tokens are configured; without http.tokens this answers on loopback only."
            )
        }
        if let header = request.headers[.authorization], let token = Self.bearer(header) {
            let token = try owner(of: token, from: address, now: now)
            return Identity(caller: Caller(name: token.name, role: token.role, address: address), means: .bearer)
        }
        if let caller = session(request, from: address, now: now) { return Identity(caller: caller, means: .session) }
        metrics.authenticationFailed(.missing)
        throw HTTPProblem(.unauthorized, "A valid token is needed: Authorization: Bearer TOKEN.")
    }

    private func session(_ request: Request, from address: String, now: ContinuousClock.Instant) -> Caller? {
        for secret in Self.secrets(request) {
            guard let owner = sessions.owner(of: secret, now: now) else { continue }
            return Caller(name: owner.name, role: owner.role, address: address, hasSession: true)
        }
        return nil
    }

    /// The secrets that a request has in its cookies; the first few, because others may plant some.
    static func secrets(_ request: Request) -> [String] {
        let pairs = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
        let own = pairs.compactMap { pair -> String? in
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == Sessions.cookie else { return nil }
            return parts[1].trimmingCharacters(in: .whitespaces)
        }
        return Array(own.prefix(4))
    }

    /// Browsers add a cookie by themselves, so what comes with one must show that our page meant it.
    private func refuseForged(_ request: Request) throws {
        guard Origin.isOwn(request), request.headers[.cleanupdRequest] == "1" else {
            metrics.authenticationFailed(.csrf)
            throw HTTPProblem(
                .forbidden,
                "By session this needs an Origin that is this service's own, and the header X-Cleanupd-Request: 1."
            )
        }
    }

    /// Without tokens, a web page in the operator's browser must not be able to act: it says where it comes from
    /// (Origin, Sec-Fetch-Site), or reaches loopback by a name of its own (Host; DNS rebinding).
    private func isFromHere(_ request: Request) -> Bool {
        guard let authority = request.head.authority else { return false }
        guard ConsoleConfiguration.Address(host: Origin.host(of: authority), port: 0).isLoopback else { return false }
        if let origin = request.headers[.origin], !Origin.isOwn(origin, host: authority) { return false }
        let site = request.headers[.secFetchSite] ?? "none"
        // A link that leads here is no more than an address that somebody typed.
        let isLink = request.headers[.secFetchMode] == "navigate" && request.method == .get
        return ["none", "same-origin"].contains(site) || isLink
    }

    private static func bearer(_ header: String) -> Substring? {
        header.lowercased().hasPrefix("bearer ") ? header.dropFirst(7) : nil
    }

    /// What one client can have of addresses: of IPv6 usually 64 bits.
    static func network(of address: String) -> String {
        guard address.contains(":"), !address.lowercased().hasPrefix("::ffff:") else { return address }
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, String(address.prefix { $0 != "%" }), &bytes) == 1 else { return address }
        return withUnsafeBytes(of: &bytes) { $0.prefix(8).map { String($0, radix: 16) }.joined(separator: ".") }
    }
}

extension HTTPField.Name {
    private static func named(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no name of a header") }
        return name
    }

    static let cleanupdRequest = named("X-Cleanupd-Request")
    static let secFetchSite = named("Sec-Fetch-Site")
    static let secFetchMode = named("Sec-Fetch-Mode")
    static let referrerPolicy = named("Referrer-Policy")
    static let host = named("Host")
}
