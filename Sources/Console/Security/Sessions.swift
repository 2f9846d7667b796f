import Foundation
import Synchronization

/// Sessions of the page: who has shown a token goes on with a random secret, of which only the SHA-256 is kept.
final class Sessions: Sendable {
    static let cookie = "cleanupd_session"
    static let lifetime = Duration.seconds(43_200)
    static let most = 1_000
    /// Of one token: whoever logs in again and again ends sessions of its own.
    static let mostOfOne = 50

    private struct Session {
        let digest: [UInt8]
        let name: String
        let role: ConsoleConfiguration.Role
        let end: ContinuousClock.Instant
    }

    /// Oldest first.
    private let sessions = Mutex<[Session]>([])

    /// Begins a session; with too many the oldest ends: of the same token, or of all.
    /// - Returns: the secret, 256 random bits in 64 hexadecimal digits.
    func begin(name: String, role: ConsoleConfiguration.Role, now: ContinuousClock.Instant) -> String {
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<4).map { _ in Self.hexadecimal(generator.next() as UInt64) }.joined()
        let session = Session(
            digest: SecretComparison.digest(secret),
            name: name,
            role: role,
            end: now + Self.lifetime
        )
        sessions.withLock { sessions in
            sessions.removeAll { $0.end <= now }
            let own = sessions.indices.filter { sessions[$0].name == name }
            if own.count >= Self.mostOfOne { sessions.remove(at: own[0]) }
            if sessions.count >= Self.most { sessions.removeFirst() }
            sessions.append(session)
        }
        return secret
    }

    /// Whose session it is; `nil` = none that goes on.
    func owner(of secret: String, now: ContinuousClock.Instant) -> (name: String, role: ConsoleConfiguration.Role)? {
        let digest = SecretComparison.digest(secret)
        return sessions.withLock { sessions in
            var found: Session?
            for session in sessions where SecretComparison.isEqual(session.digest, digest) { found = session }
            guard let found, found.end > now else { return nil }
            return (found.name, found.role)
        }
    }

    func end(_ secret: String) {
        let digest = SecretComparison.digest(secret)
        sessions.withLock { $0.removeAll { SecretComparison.isEqual($0.digest, digest) } }
    }

    var count: Int { sessions.withLock { $0.count } }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
