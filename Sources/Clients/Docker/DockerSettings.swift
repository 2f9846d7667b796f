/// How to reach a Docker engine.
package struct DockerSettings: Sendable, Equatable {
    /// Where the engine listens.
    package enum Address: Sendable, Equatable {
        /// - Parameter path: absolute.
        case unix(path: String)
        /// - Parameter tls: `nil` = everything travels in the clear.
        case tcp(host: String, port: Int, tls: DockerTLS?)
    }

    /// What a socket's address can hold (`sun_path` of unix(7), without the zero at its end).
    private static let longestPath = 107

    /// Where the engine listens.
    package let address: Address
    /// For the whole answer to a question.
    package var patience: Duration = .seconds(30)
    /// For a removal: the engine deletes the container's layer, file by file.
    package var removalPatience: Duration = .seconds(120)

    /// Reads a URL; neither the network nor a file is touched.
    ///
    /// | URL | is |
    /// |---|---|
    /// | `unix:///PATH` | a socket of this machine |
    /// | `tcp://HOST[:PORT]` | an engine in the network; with any of the files by TLS |
    ///
    /// The port is 2376 with TLS and 2375 without, as Docker's own client has it.
    /// - Parameters:
    ///   - url: as above.
    ///   - caFile: certificates in PEM, one of which must have signed the engine's.
    ///   - certificate: our own certificate in PEM; needs `key`.
    ///   - key: in PEM; needs `certificate`.
    /// - Throws: `settings`, which quotes nothing of the URL.
    package init(
        url: String,
        caFile: String? = nil,
        certificate: String? = nil,
        key: String? = nil
    ) throws(DockerError) {
        guard (certificate == nil) == (key == nil) else {
            throw Self.refused("A client certificate for the Docker engine needs both files: certificate and key.")
        }
        let hasTLS = caFile != nil || certificate != nil
        let tls = hasTLS ? DockerTLS(caFile: caFile, certificate: certificate, key: key) : nil
        if url.hasPrefix("unix://") {
            address = try Self.socket(url.dropFirst("unix://".count), tls)
        } else if url.hasPrefix("tcp://") {
            address = try Self.host(url.dropFirst("tcp://".count), tls)
        } else {
            throw Self.unreadable("it begins neither with unix:// nor with tcp://")
        }
    }

    /// As errors and logs name the engine.
    package var engine: String {
        switch address {
        case .unix(let path): path
        case .tcp(let host, let port, _): "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }

    private static func socket(_ path: Substring, _ tls: DockerTLS?) throws(DockerError) -> Address {
        guard tls == nil else {
            throw refused("Certificates are given for a Docker engine at a socket, which needs none: leave them out.")
        }
        guard path.first == "/", path.count > 1 else { throw unreadable("a socket is written unix:///PATH") }
        guard !path.utf8.contains(0) else { throw unreadable("its path has a zero byte") }
        guard path.utf8.count <= longestPath else {
            throw unreadable("the path of a socket has at most \(longestPath) bytes")
        }
        return .unix(path: String(path))
    }

    private static func host(_ text: Substring, _ tls: DockerTLS?) throws(DockerError) -> Address {
        guard !text.contains("@") else { throw unreadable("it has a user or a password, of which Docker knows none") }
        var authority = text
        if authority.last == "/" { authority.removeLast() }
        guard !authority.contains(where: { "/?#%".contains($0) }) else {
            throw unreadable("nothing may stand behind HOST:PORT")
        }
        let (host, port) = try split(authority)
        let allowed = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: ":"):
                true
            default: false
            }
        }
        guard !host.isEmpty, allowed else { throw unreadable("a host is missing or not one") }
        guard let port else { return .tcp(host: String(host), port: tls == nil ? 2375 : 2376, tls: tls) }
        guard let number = UInt16(port), number > 0 else { throw unreadable("the port is no number from 1 to 65535") }
        return .tcp(host: String(host), port: Int(number), tls: tls)
    }

    private static func split(_ authority: Substring) throws(DockerError) -> (host: Substring, port: Substring?) {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw unreadable("an address has no ]") }
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { throw unreadable("something stands between ] and the port") }
            return (authority[..<end].dropFirst(), rest.isEmpty ? nil : rest.dropFirst())
        }
        guard let colon = authority.firstIndex(of: ":") else { return (authority, nil) }
        let port = authority[authority.index(after: colon)...]
        guard !port.contains(":") else { throw unreadable("an address of IPv6 is written [ADDRESS]:PORT") }
        return (authority[..<colon], port)
    }

    private static func unreadable(_ why: String) -> DockerError {
        refused("The Docker URL cannot be read: \(why). Write unix:///var/run/docker.sock or tcp://HOST:PORT.")
    }

    private static func refused(_ message: String) -> DockerError { DockerError(.settings, message) }
}
