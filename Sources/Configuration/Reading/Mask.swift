/// Covers a key of a text with private-use characters of the same count, so that all other places stay as they are.
struct Mask {
    /// Tells the masks of one text apart; 0..<256.
    var number: Int

    /// The text with the key at a place covered; `nil` if the key does not stand there letter by letter.
    func cover(_ key: String, at position: Position, in text: String) -> String? {
        var scalars = Array(text.unicodeScalars)
        let wanted = Array(key.unicodeScalars)
        guard var index = start(of: position, in: scalars), index < scalars.count, !wanted.isEmpty else { return nil }
        if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard index + wanted.count <= scalars.count, scalars[index..<index + wanted.count].elementsEqual(wanted) else {
            return nil
        }
        for offset in wanted.indices {
            scalars[index + offset] = Unicode.Scalar(0xE000 + UInt32(offset == 0 ? number : 0)) ?? "\u{E000}"
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private func start(of position: Position, in scalars: [Unicode.Scalar]) -> Int? {
        var index = 0
        for _ in 1..<position.line {
            guard let feed = scalars[index...].firstIndex(where: { $0 == "\n" || $0 == "\r" }) else { return nil }
            let isPair = scalars[feed] == "\r" && feed + 1 < scalars.count && scalars[feed + 1] == "\n"
            index = feed + (isPair ? 2 : 1)
        }
        return index + position.column - 1
    }
}
