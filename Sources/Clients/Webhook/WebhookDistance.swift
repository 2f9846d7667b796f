import Glibc

/// How far away an address is, as a pure function of its bytes.
///
/// A name may lead anywhere, whoever writes its DNS, so what counts is the address that is connected to.
enum WebhookDistance: Equatable {
    /// This machine itself.
    case loopback
    /// Only what hangs on the same wire; clouds have the secrets of their machines there.
    case linkLocal
    case beyond

    /// `nil` for what is no address in numbers, as inet_pton(3) and with it the HTTP client take them.
    init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4: withUnsafeBytes(of: &v4) { Array($0) })
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            self.init(v6: withUnsafeBytes(of: &v6) { Array($0) })
        } else {
            return nil
        }
    }

    /// The unspecified address leads to this machine, too.
    private init(v4 bytes: [UInt8]) {
        self =
            switch (bytes[0], bytes[1]) {
            case (127, _), (0, _): .loopback
            case (169, 254): .linkLocal
            default: .beyond
            }
    }

    /// The first twelve bytes of addresses that end in one of IPv4: written in its old form, which ::1 and :: look like,
    /// mapped, and translated (RFC 6052).
    private static let holdsV4: [[UInt8]] = [
        Array(repeating: 0, count: 12),
        Array(repeating: 0, count: 10) + [0xff, 0xff],
        [0x00, 0x64, 0xff, 0x9b] + Array(repeating: 0, count: 8),
    ]

    private init(v6 bytes: [UInt8]) {
        if Self.holdsV4.contains(Array(bytes.prefix(12))) {
            self.init(v4: Array(bytes.suffix(4)))
        } else {
            self = bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80 ? .linkLocal : .beyond
        }
    }
}
