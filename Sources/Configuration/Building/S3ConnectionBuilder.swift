/// A connection to a bucket, and what must hold between its keys.
struct S3ConnectionBuilder {
    let base: ConfigurationBuilder
    /// The connection's section.
    let section: Section

    func build(bucket: String, _ url: Entry) -> S3Connection {
        let endpoint = section.text("endpoint")
        let written = section.text("addressing").flatMap(S3Connection.Addressing.init)
        let connection = S3Connection(
            bucket: bucket,
            endpoint: endpoint,
            region: section.text("region") ?? S3Connection.defaultRegion,
            credentials: credentials(),
            addressing: written ?? (endpoint == nil ? .host : .path),
            ca: base.path(section, "ca")
        )
        check(connection, url)
        return connection
    }

    private func credentials() -> S3Connection.Credentials {
        refuseHalves()
        if let accessKey = base.secret(section, "access_key"), let secretKey = base.secret(section, "secret_key") {
            let token = base.secret(section, "session_token")
            return .keys(accessKey: accessKey, secretKey: secretKey, sessionToken: token)
        }
        return section.text("profile").map(S3Connection.Credentials.profile) ?? .environment
    }

    /// Half a key would silently be replaced by whatever the environment holds.
    private func refuseHalves() {
        let (access, secret) = (section["access_key"], section["secret_key"])
        if let access, secret == nil, section.isWhole { base.problems.add(access, "needs \"secret_key\" beside it") }
        if let secret, access == nil, section.isWhole { base.problems.add(secret, "needs \"access_key\" beside it") }
        if let token = section["session_token"], access == nil, secret == nil, section.isWhole {
            base.problems.add(token, "needs \"access_key\" and \"secret_key\" beside it, which it was lent with")
        }
        if let profile = section["profile"], access != nil || secret != nil {
            base.problems.add(profile, "excludes \"access_key\" and \"secret_key\"; keep the profile or the keys")
        }
    }

    private func check(_ connection: S3Connection, _ url: Entry) {
        if let endpoint = section["endpoint"], let text = connection.endpoint, text.hasPrefix("http://") {
            if !HTTPConfiguration.Address(host: Kind.host(ofEndpoint: text), port: 0).isLoopback {
                base.warnings.add(
                    endpoint,
                    "keys of objects, and what they hold, travel in the clear, and whoever is on the way can change them;"
                        + " write https:// if the server has TLS"
                )
            }
            if let ca = section["ca"] {
                base.problems.add(ca, "needs an endpoint with TLS: write https://, or leave it out")
            }
        }
        guard section.isWhole, connection.addressing == .host else { return }
        if !Kind.matches(connection.bucket, Kind.hostBucketPattern) {
            base.problems.add(
                section["addressing"] ?? url,
                "the bucket's name cannot stand in a host name, which has 3 to 63 lower-case letters, digits, . and -;"
                    + " write addressing: path"
            )
        } else if let addressing = section["addressing"], let endpoint = connection.endpoint,
            Self.isAddress(Kind.host(ofEndpoint: endpoint))
        {
            base.problems.add(addressing, "no bucket can stand before an IP address; write addressing: path")
        }
    }

    private static func isAddress(_ host: String) -> Bool {
        host.contains(":") || host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
    }
}

extension ConfigurationBuilder {
    /// A text, or the absolute path of a file that holds it.
    func secret(_ section: Section, _ key: String) -> Secret? {
        switch section[key]?.value {
        case .secret(let text): .text(text)
        case .section(let file): path(file, "file").map(Secret.file)
        default: nil
        }
    }
}
