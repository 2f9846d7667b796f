/// Where and how the HTTP side listens.
package struct ConsoleConfiguration: Sendable, Equatable {
    package struct Address: Sendable, Equatable {
        package var host: String
        /// 0 = any free port.
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        package var isLoopback: Bool { host == "::1" || host == "localhost" || host.hasPrefix("127.") }
    }

    /// What a token may do; each role includes the ones before it.
    package enum Role: Int, Sendable, Comparable {
        case view, operate, admin

        package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
    }

    /// A bearer token; only its SHA-256 is kept.
    package struct Token: Sendable, Equatable {
        /// The "who" of the ledger.
        package var name: String
        package var role: Role
        package var sha256: [UInt8]

        package init(name: String, role: Role, sha256: [UInt8]) {
            self.name = name
            self.role = role
            self.sha256 = sha256
        }
    }

    package var listen: Address
    /// A listener of its own for `/metrics`; `nil` = with everything else.
    package var metricsListen: Address?
    package var tokens: [Token]
    /// Allows `POST /-/quit`.
    package var lifecycle: Bool
    /// `/metrics`, `/healthz` and `/readyz` ask for a token, too.
    package var protectMetrics: Bool

    package init(
        listen: Address,
        metricsListen: Address? = nil,
        tokens: [Token] = [],
        lifecycle: Bool = false,
        protectMetrics: Bool = false
    ) {
        self.listen = listen
        self.metricsListen = metricsListen
        self.tokens = tokens
        self.lifecycle = lifecycle
        self.protectMetrics = protectMetrics
    }
}
