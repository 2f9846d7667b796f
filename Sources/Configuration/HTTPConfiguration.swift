/// The HTTP server: where it listens, and whom it lets do what.
package struct HTTPConfiguration: Sendable, Equatable {
    package var listen = Address(host: "127.0.0.1", port: 9847)
    /// `/metrics` is served here instead of on `listen`.
    package var metricsListen: Address?
    /// By name; the name is the "who" of the ledger.
    package var tokens: [String: Token] = [:]
    /// Allows `POST /-/quit`.
    package var lifecycle = false
    /// `/metrics`, `/healthz` and `/readyz` need a token, too.
    package var protectMetrics = false
    /// Origins that may show the widget in a frame.
    package var frameAncestors: [String] = []
    /// Origins whose pages may send reports of the browser module.
    package var clientOrigins: [String] = []
    package var tls: TLS?

    /// A host and a port to listen on.
    package struct Address: Sendable, Equatable, CustomStringConvertible {
        /// Name or address, an IPv6 one without its brackets.
        package var host: String
        /// 0 = any that is free.
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Only this machine can reach it.
        package var isLoopback: Bool {
            if host == "::1" || host.lowercased() == "localhost" { return true }
            // A name may begin as an address does: 127.example.org.
            let parts = host.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 4 && parts[0] == "127"
                && parts.allSatisfy { $0.utf8.allSatisfy(Self.isDigit) && UInt8($0) != nil }
        }

        private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// What a token allows; each role includes those before it.
    package enum Role: String, Sendable, CaseIterable, Comparable {
        case view
        case operate
        case admin

        package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .view: 0
            case .operate: 1
            case .admin: 2
            }
        }
    }

    /// One bearer token.
    package struct Token: Sendable, Equatable {
        /// Where the token comes from.
        package enum Source: Sendable, Equatable {
            /// Absolute path of a file that holds the token, read when the server starts.
            case file(String)
            /// SHA-256 of the token, 64 lower-case hexadecimal digits.
            case sha256(String)
        }

        package var role: Role
        package var source: Source
    }

    /// Files of certificate and key in PEM form, absolute paths.
    package struct TLS: Sendable, Equatable {
        package var certificate: String
        package var key: String
    }
}
