import Crypto
import Foundation
import NIOSSL

/// What certificate and key of the listener are at one moment; what is wrong with them is told in words, without a byte of
/// the key.
struct TLSFiles {
    private let names: ConsoleConfiguration.TLS
    private let certificate: Data
    private let key: Data

    /// Reads both. Throws `ConsoleError.invalid`.
    init(_ names: ConsoleConfiguration.TLS) throws {
        self.names = names
        certificate = try Self.contents(names.certificate, "certificate")
        key = try Self.contents(names.key, "key")
    }

    /// The SHA-256 of each: whether they hold something else by now. Shows nothing of them.
    var digests: [[UInt8]] { [certificate, key].map { Array(SHA256.hash(data: $0)) } }

    /// What connections begin with. Throws `ConsoleError.invalid`.
    func context() throws -> NIOSSLContext {
        let chain = try certificates()
        let key = try privateKey()
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw Self.problem(
                "certificate",
                names.certificate,
                "does not belong to the key in \(names.key); the first certificate of the file must be this service's own"
            )
        }
    }

    private func certificates() throws -> [NIOSSLCertificate] {
        let path = names.certificate
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMBytes([UInt8](certificate))
        } catch {
            throw Self.problem("certificate", path, "holds no certificate in PEM form")
        }
        guard let own = chain.first else { throw Self.problem("certificate", path, "holds no certificate in PEM form") }
        guard Double(own.notValidAfter) > Date().timeIntervalSince1970 else {
            let day = Self.date(own.notValidAfter)
            throw Self.problem("certificate", path, "has expired on \(day); put a new one there")
        }
        return chain
    }

    private func privateKey() throws -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(bytes: [UInt8](key), format: .pem)
        } catch {
            throw Self.problem("key", names.key, "holds no private key in PEM form, or one with a passphrase")
        }
    }

    private static func contents(_ path: String, _ name: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw problem(name, path, "cannot be read; it must be there, and readable for the user of the service")
        }
    }

    private static func problem(_ name: String, _ path: String, _ what: String) -> ConsoleError {
        ConsoleError(.invalid, "http.tls.\(name): \(path) \(what).")
    }

    private static func date(_ seconds: time_t) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601.year().month().day())
    }
}
