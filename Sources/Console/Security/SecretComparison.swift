import Crypto
import Foundation

/// Compares secrets by their digests, in a time that says nothing about them.
enum SecretComparison {
    /// SHA-256: 32 bytes, whatever the secret is.
    static func digest(_ secret: some StringProtocol) -> [UInt8] {
        Array(SHA256.hash(data: Data(secret.utf8)))
    }

    /// Looks at all bytes, wherever the first difference lies.
    static func isEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
