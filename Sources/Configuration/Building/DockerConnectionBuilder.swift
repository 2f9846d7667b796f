/// A connection to a Docker engine, and what must hold between its keys.
struct DockerConnectionBuilder {
    let base: ConfigurationBuilder
    /// The connection's section.
    let section: Section

    func build(_ address: DockerConnection.Address, _ url: Entry) -> DockerConnection {
        let given = ["ca", "certificate", "key"].compactMap { section[$0] }
        switch address {
        case .unix:
            for entry in given {
                base.problems.add(
                    entry,
                    "needs tcp://: there is no TLS on a socket, whose permissions say who may use it"
                )
            }
            return DockerConnection(address: address, tls: nil)
        case .tcp(let host, let port):
            guard given.isEmpty else { return DockerConnection(address: address, tls: tls()) }
            if section.isWhole, !HTTPConfiguration.Address(host: host, port: port).isLoopback {
                base.warnings.add(
                    url,
                    "is without TLS: whoever is on the way can do to the engine what cleanupd can, and more; name"
                        + " certificates under \"ca\", \"certificate\" and \"key\""
                )
            }
            return DockerConnection(address: address, tls: nil)
        }
    }

    private func tls() -> DockerConnection.TLS {
        let (certificate, key) = (section["certificate"], section["key"])
        if let certificate, key == nil, section.isWhole {
            base.problems.add(certificate, "needs \"key\" beside it, the certificate's private key")
        }
        if let key, certificate == nil, section.isWhole {
            base.problems.add(key, "needs \"certificate\" beside it, whose private key it is")
        }
        return DockerConnection.TLS(
            ca: base.path(section, "ca"),
            certificate: base.path(section, "certificate"),
            key: base.path(section, "key")
        )
    }
}
