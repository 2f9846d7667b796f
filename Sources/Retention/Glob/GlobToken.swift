/// What a glob asks of one place in a path.
enum GlobToken: Equatable, Sendable {
    case byte(UInt8)
    /// `?`: one byte.
    case any
    /// `*`: any number of bytes.
    case star
    /// `[a-z]`
    case oneOf(ByteSet)
    /// `/`
    case slash
}

/// A set of bytes; four words, so that a lookup is a shift.
struct ByteSet: Equatable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return word >> UInt64(byte & 63) & 1 == 1
    }

    mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    mutating func remove(_ byte: UInt8) {
        guard contains(byte) else { return }
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 ^= bit
        case 1: words.1 ^= bit
        case 2: words.2 ^= bit
        default: words.3 ^= bit
        }
    }

    mutating func invert() { words = (~words.0, ~words.1, ~words.2, ~words.3) }

    static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }
}
