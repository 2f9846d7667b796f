import Support

extension SeededGenerator {
    /// Any 64 bits; extremes and small numbers as likely as all others together.
    mutating func hostileNumber() -> Int64 {
        switch Int.random(in: 0..<6, using: &self) {
        case 0: .min
        case 1: .max
        case 2: 0
        case 3: Int64.random(in: -200...200, using: &self)
        default: Int64(bitPattern: next())
        }
    }

    /// Any bytes but the end of a C string and a slash, as file names are.
    mutating func hostileName() -> [UInt8] {
        let count = [0, 1, 8, 255, Int.random(in: 0...255, using: &self)].randomElement(using: &self) ?? 0
        return (0..<count).map { _ in
            let byte = UInt8.random(in: 1...255, using: &self)
            return byte == UInt8(ascii: "/") ? 0xFF : byte
        }
    }

    /// Text with everything that careless writers lose.
    mutating func hostileText() -> String {
        let pieces = ["", "'", "\"", "\0", "\n", "é", "e\u{301}", "日本", "🧹", "\u{202E}", "\u{FFFD}", "prod", " "]
        let count = Int.random(in: 0...6, using: &self)
        return (0..<count).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
    }
}
