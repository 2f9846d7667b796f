/// Files in PEM for TLS with a Docker engine; what is not given is as the system has it.
///
/// Holds paths only: the files are read when the first connection is made.
package struct DockerTLS: Sendable, Equatable {
    /// Certificates, one of which must have signed the engine's; `nil` = those that the system trusts.
    package var caFile: String?
    /// Our own certificate, if the engine wants one; needs `key`.
    package var certificate: String?
    /// The key of `certificate`, without a passphrase.
    package var key: String?

    package init(caFile: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.caFile = caFile
        self.certificate = certificate
        self.key = key
    }
}
