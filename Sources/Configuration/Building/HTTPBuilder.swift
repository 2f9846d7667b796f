/// The `http` section.
struct HTTPBuilder {
    let base: ConfigurationBuilder

    func build(_ section: Section?) -> HTTPConfiguration {
        var http = HTTPConfiguration()
        guard let section else { return http }
        if case .address(let address)? = section["listen"]?.value { http.listen = address }
        if case .address(let address)? = section["metrics_listen"]?.value { http.metricsListen = address }
        for (name, entry) in section.table("tokens")?.entries ?? [] {
            if let token = entry.section.flatMap(token) { http.tokens[name] = token }
        }
        http.lifecycle = section.flag("lifecycle") ?? false
        http.protectMetrics = section.flag("protect_metrics") ?? false
        http.frameAncestors = section.texts("frame_ancestors")
        http.clientOrigins = section.texts("client_origins")
        http.tls = section.section("tls").flatMap(tls)
        warn(http, section)
        return http
    }

    private func token(_ section: Section) -> HTTPConfiguration.Token? {
        guard section.isWhole else { return nil }
        guard let role = section.text("role").flatMap(HTTPConfiguration.Role.init) else { return nil }
        switch (base.path(section, "file"), section.text("sha256")) {
        case (let file?, nil):
            return HTTPConfiguration.Token(role: role, source: .file(file))
        case (nil, let digest?):
            return HTTPConfiguration.Token(role: role, source: .sha256(digest))
        default:
            base.problems.add(section.position, section.path, "must have either \"file\" or \"sha256\"")
            return nil
        }
    }

    private func tls(_ section: Section) -> HTTPConfiguration.TLS? {
        guard let certificate = base.path(section, "certificate"), let key = base.path(section, "key") else {
            return nil
        }
        return HTTPConfiguration.TLS(certificate: certificate, key: key)
    }

    private func warn(_ http: HTTPConfiguration, _ section: Section) {
        if let listen = section["listen"], http.tokens.isEmpty, !http.listen.isLoopback {
            base.warnings.add(
                listen,
                "other machines can reach this address, but there are no tokens, so the API answers only on loopback;"
                    + " add tokens, or listen on 127.0.0.1"
            )
        }
        if http.protectMetrics, http.tokens.isEmpty, let flag = section["protect_metrics"] {
            base.warnings.add(flag, "there are no tokens, so nobody can read /metrics from another machine; add tokens")
        }
    }
}
