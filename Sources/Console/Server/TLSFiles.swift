import Foundation
import NIOSSL

/// Reads certificate and key of the listener; what is wrong with them is told in words, without a byte of the key.
enum TLSFiles {
    /// Throws `ConsoleError.invalid`.
    static func configuration(_ files: ConsoleConfiguration.TLS) throws -> TLSConfiguration {
        let chain = try certificates(files.certificate)
        let key = try key(files.key)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw problem(
                "certificate",
                files.certificate,
                "does not belong to the key in \(files.key); the first certificate of the file must be this service's own"
            )
        }
        return configuration
    }

    private static func certificates(_ path: String) throws -> [NIOSSLCertificate] {
        let bytes = try contents(path, "certificate")
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(bytes)
        } catch {
            throw problem("certificate", path, "holds no certificate in PEM form")
        }
        guard let own = chain.first else { throw problem("certificate", path, "holds no certificate in PEM form") }
        guard Double(own.notValidAfter) > Date().timeIntervalSince1970 else {
            throw problem("certificate", path, "has expired on \(date(own.notValidAfter)); put a new one there")
        }
        return chain
    }

    private static func key(_ path: String) throws -> NIOSSLPrivateKey {
        let bytes = try contents(path, "key")
        do {
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem)
        } catch {
            throw problem("key", path, "holds no private key in PEM form, or one with a passphrase")
        }
    }

    private static func contents(_ path: String, _ name: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
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
