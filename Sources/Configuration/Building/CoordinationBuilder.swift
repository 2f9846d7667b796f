/// How several replicas agree.
struct CoordinationBuilder {
    let base: ConfigurationBuilder

    /// - Parameter state: where the history lies, which replicas should share.
    func build(_ section: Section?, state: Configuration.State) -> Configuration.Coordination {
        guard let section else { return Configuration.Coordination() }
        var coordination = Configuration.Coordination()
        coordination.kind = kind(section["url"])
        coordination.lockTTLMilliseconds = section.milliseconds("lock_ttl") ?? coordination.lockTTLMilliseconds
        coordination.ca = base.path(section, "ca")
        coordination.keyPrefix = section.text("key_prefix") ?? coordination.keyPrefix
        base.checkTLS(section["url"], ca: section["ca"])
        if case .redis = coordination.kind, let path = state.path {
            base.warnings.add(
                section.position,
                section.path,
                "other replicas do not see the history in \(Shown.text(path)), a file of this machine;"
                    + " write state: postgres://…, which all of them share"
            )
        }
        return coordination
    }

    private func kind(_ url: Entry?) -> Configuration.Coordination.Kind {
        switch url?.value {
        case .url(.redis(let text)): return .redis(.text(text))
        case .section(let file): return .redis(.file(base.path(file, "file") ?? ""))
        default: return .local
        }
    }
}

extension ConfigurationBuilder {
    /// Certificates are of use with TLS only. What stands in a file nobody has looked at.
    func checkTLS(_ url: Entry?, ca: Entry?) {
        guard let ca, case .url(let value)? = url?.value, case .redis = value, !value.isEncryptedRedis else { return }
        problems.add(ca, "needs a URL with TLS: write rediss:// (or rediss-sentinel://), or leave it out")
    }
}
