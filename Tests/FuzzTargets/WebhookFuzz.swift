import Glibc

@testable import Clients

/// Addresses of webhooks: a byte of which the lowest bit allows this machine, then the URL.
enum WebhookFuzz {
    static let target = FuzzTarget("webhook", longest: 256) { bytes in
        var input = FuzzInput(bytes)
        let allowsLocal = input.byte() & 1 == 1
        let text = input.text
        guard let address = WebhookAddress(text, allowsLocal: allowsLocal) else { return }
        try checkShown(address, text)
        let isEncrypted = text.lowercased().hasPrefix("https:")
        try require(isEncrypted || allowsLocal, "\(text) is not encrypted")
        guard let place = Place(address.name) else { return }
        try require(address.isNumeric, "\(address.name) would be looked up, and is an address")
        let refusal = address.refusal
        try require(isPlain(refusal ?? ""), "the refusal of an address has control characters")
        let mayBe =
            switch place {
            case .wire: false
            case .here: allowsLocal
            case .elsewhere: isEncrypted
            }
        try require(mayBe == (refusal == nil), "\(address.name) is \(place), and the answer is \(refusal ?? "yes")")
    }

    /// Nothing but the host is shown, and nothing in it ends it for another reader.
    private static func checkShown(_ address: WebhookAddress, _ text: String) throws {
        let shown = "\(address)"
        let isHost = shown.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@\\%".utf8.contains($0) }
        try require(isHost && !shown.isEmpty, "messages go to \(shown)")
    }

    /// Where an address leads, by a reader that compares networks bit by bit.
    private enum Place {
        case here, wire, elsewhere

        init?(_ text: String) {
            var (v4, v6) = (in_addr(), in6_addr())
            if inet_pton(AF_INET, text, &v4) == 1 {
                self.init(v4: UInt32(bigEndian: v4.s_addr))
            } else if inet_pton(AF_INET6, text, &v6) == 1 {
                let bits = withUnsafeBytes(of: &v6) { $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } }
                // ::/96, ::ffff:0:0/96, 64:ff9b::/96
                let holders: [UInt128] = [0, 0xFFFF, 0x64_FF9B << 64]
                if holders.contains(bits >> 32) {
                    self.init(v4: UInt32(truncatingIfNeeded: bits))
                } else {
                    self = bits >> 118 == 0xFE80 >> 6 ? .wire : .elsewhere
                }
            } else {
                return nil
            }
        }

        private init(v4 bits: UInt32) {
            self =
                switch (bits >> 24, bits >> 16) {
                case (127, _), (0, _): .here
                case (_, 0xA9FE): .wire
                default: .elsewhere
                }
        }
    }
}
