import Support

/// What happens to bytes on bad disks.
enum Damage {
    /// The bytes with one to three changes: flipped, replaced, inserted, removed, cut off.
    static func apply(to bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            guard !result.isEmpty else { return result }
            let index = Int.random(in: 0..<result.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: result[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: result[index] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
            case 2: result.insert(UInt8.random(in: 0...255, using: &generator), at: index)
            case 3: result.remove(at: index)
            default: result.removeLast(result.count - index)
            }
        }
        return result
    }
}
