import NIOSSL
import Synchronization

/// The certificate under which new connections begin. While the service runs, its files may come to hold another.
package final class ServerCertificate: Sendable {
    /// What the files held at one moment, fit to be shown to clients.
    package struct Edition: Sendable {
        fileprivate let digests: [[UInt8]]
        fileprivate let context: NIOSSLContext

        fileprivate init(_ files: TLSFiles) throws {
            digests = files.digests
            context = try files.context()
        }
    }

    private let names: ConsoleConfiguration.TLS
    private let inForce: Mutex<Edition>

    /// Takes what the files hold. Blocking; throws `ConsoleError.invalid`.
    package init(_ names: ConsoleConfiguration.TLS) throws {
        self.names = names
        let edition = try Edition(TLSFiles(names))
        inForce = Mutex(edition)
    }

    /// For the next connection; those that are open go on with what they have.
    var context: NIOSSLContext { inForce.withLock { $0.context } }

    /// What the files hold by now, unless that is in force; nothing changes before it is taken.
    ///
    /// Blocking; throws `ConsoleError.invalid`. What is in force is not checked again: once it has expired, whatever else a
    /// reload brings must come into force all the same.
    package func renewed() throws -> Edition? {
        let files = try TLSFiles(names)
        let known = inForce.withLock { $0.digests }
        guard files.digests != known else { return nil }
        return try Edition(files)
    }

    /// From the next connection on.
    package func take(_ edition: Edition) { inForce.withLock { $0 = edition } }
}
