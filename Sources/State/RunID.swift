package import Retention

/// Names one run of one task; later runs sort after earlier ones.
///
/// Twelve hexadecimal digits of milliseconds since 1970, a hyphen, twelve random ones: `019ab3c4d5e6-0f1e2d3c4b5a`.
package struct RunID: Hashable, Comparable, Sendable, LosslessStringConvertible {
    package let description: String

    /// Reads an identity as `description` writes it; `nil` for anything else.
    package init?(_ description: String) {
        let bytes = description.utf8
        guard bytes.count == 25 else { return nil }
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 12: continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"):
                guard index != 12 else { return nil }
            default: return nil
            }
        }
        self.description = description
    }

    private init(unchecked description: String) {
        self.description = description
    }

    /// A new identity for a run that starts at `instant`, unlike any other.
    package static func make(at instant: Instant) -> RunID {
        var generator = SystemRandomNumberGenerator()
        return make(at: instant, using: &generator)
    }

    /// A new identity with the randomness of `generator`.
    package static func make(at instant: Instant, using generator: inout some RandomNumberGenerator) -> RunID {
        let milliseconds = UInt64(max(0, instant.nanoseconds / 1_000_000))
        let random: UInt64 = generator.next()
        return RunID(unchecked: "\(hexadecimal(milliseconds))-\(hexadecimal(random))")
    }

    package static func < (left: RunID, right: RunID) -> Bool { left.description < right.description }

    /// The low 48 bits as twelve digits.
    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value & 0xFFFF_FFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 12 - digits.count) + digits
    }
}
