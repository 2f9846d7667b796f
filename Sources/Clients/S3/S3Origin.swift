import Glibc

/// Where connections go.
struct S3Origin: Sendable, Hashable {
    let isEncrypted: Bool
    /// A name or an address, without the brackets of IPv6.
    let host: String
    let port: Int

    /// - Parameter authority: as in the Host header.
    init(isEncrypted: Bool, authority: String) {
        self.isEncrypted = isEncrypted
        // What stands behind the last colon, unless that one belongs to an address in brackets.
        let colon = authority.hasSuffix("]") ? nil : authority.lastIndex(of: ":")
        let host = authority[..<(colon ?? authority.endIndex)]
        port = colon.flatMap { Int(authority[authority.index(after: $0)...]) } ?? (isEncrypted ? 443 : 80)
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
    }

    /// The name that a certificate must be for; `nil`: an address stands there, and TLS is told no name.
    var name: String? {
        var address = in6_addr()
        return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1 ? nil : host
    }
}
