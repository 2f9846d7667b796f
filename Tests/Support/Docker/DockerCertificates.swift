import Foundation

/// Certificates for an engine that speaks TLS and wants to know its clients: `ca.crt`, and `.crt` and `.key` of `server`
/// and `client`; `other.crt` and `other.key` are signed by nobody that the engine trusts.
struct DockerCertificates {
    private let folder: DockerFolder

    init(_ folder: DockerFolder) {
        self.folder = folder
    }

    func make() throws {
        try selfSigned("ca")
        try selfSigned("other")
        try signed("server", extensions: "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth")
        try signed("client", extensions: "extendedKeyUsage=clientAuth")
    }

    private static let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    private func selfSigned(_ name: String) throws {
        try openssl(
            ["req", "-x509"] + Self.key + [
                "-days", "2", "-subj", "/CN=test-\(name)", "-keyout", folder.file(name + ".key"), "-out",
                folder.file(name + ".crt"),
            ]
        )
    }

    private func signed(_ name: String, extensions: String) throws {
        let (request, file) = (folder.file(name + ".csr"), folder.file(name + ".ext"))
        try extensions.write(toFile: file, atomically: false, encoding: .utf8)
        try openssl(
            ["req"] + Self.key + ["-subj", "/CN=\(name)", "-keyout", folder.file(name + ".key"), "-out", request]
        )
        try openssl(
            [
                "x509", "-req", "-in", request, "-CA", folder.file("ca.crt"), "-CAkey", folder.file("ca.key"),
                "-CAcreateserial", "-days", "2", "-extfile", file, "-out", folder.file(name + ".crt"),
            ]
        )
    }

    private func openssl(_ arguments: [String]) throws {
        _ = try Spawned.run(["/usr/bin/openssl"] + arguments, output: folder.file("openssl.log"))
    }
}
