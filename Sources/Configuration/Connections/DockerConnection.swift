/// A Docker engine, and how it is reached.
package struct DockerConnection: Sendable, Equatable {
    /// Where the engine listens.
    package enum Address: Sendable, Equatable {
        /// Absolute path of the socket.
        case unix(path: String)
        /// Name or address, an IPv6 one without its brackets; 1...65535.
        case tcp(host: String, port: Int)
    }

    /// Files in PEM form, absolute paths.
    package struct TLS: Sendable, Equatable {
        /// Certificates to trust; `nil` = the system's.
        package var ca: String?
        /// Our own certificate; `nil` = none is shown.
        package var certificate: String?
        /// The certificate's private key; there exactly where the certificate is.
        package var key: String?

        /// All of them.
        package var files: [String] { [ca, certificate, key].compactMap(\.self) }
    }

    package var address: Address
    /// `nil` = without; always so for a socket.
    package var tls: TLS?

    /// As it is written: `unix:///PATH` or `tcp://HOST:PORT`.
    package var url: String {
        switch address {
        case .unix(let path): "unix://\(path)"
        case .tcp(let host, let port): "tcp://\(HTTPConfiguration.Address(host: host, port: port))"
        }
    }
}
