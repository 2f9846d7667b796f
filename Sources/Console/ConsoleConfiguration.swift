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

        /// Only this machine can be meant. A name such as `127.example.com` is none of them, whoever it leads to.
        package var isLoopback: Bool {
            if host == "::1" || host.lowercased() == "localhost" { return true }
            let parts = host.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 4 && parts[0] == "127"
                && parts.allSatisfy {
                    (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy(Self.isDigit) && UInt8($0) != nil
                }
        }

        private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
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

    /// Files in PEM form.
    package struct TLS: Sendable, Equatable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
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
    /// `nil` = plain HTTP.
    package var tls: TLS?
    /// Origins whose pages may send reports of the browser module, as browsers write them (`https://app.example`).
    package var clientOrigins: [String]
    /// Origins whose pages may show the widget in a frame, as browsers write them.
    package var frameAncestors: [String]

    package init(
        listen: Address,
        metricsListen: Address? = nil,
        tokens: [Token] = [],
        lifecycle: Bool = false,
        protectMetrics: Bool = false,
        tls: TLS? = nil,
        clientOrigins: [String] = [],
        frameAncestors: [String] = []
    ) {
        self.listen = listen
        self.metricsListen = metricsListen
        self.tokens = tokens
        self.lifecycle = lifecycle
        self.protectMetrics = protectMetrics
        self.tls = tls
        self.clientOrigins = clientOrigins
        self.frameAncestors = frameAncestors
    }
}
