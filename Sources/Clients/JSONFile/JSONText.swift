/// Turns what stands in JSON text into bytes.
package enum JSONText {
    /// What a string stands for, as UTF-8.
    ///
    /// - Parameter quoted: passed by a scanner, with its quotes.
    /// - Returns: `nil` if an escape is half of a pair (`\ud800`), which stands for nothing.
    package static func decode(_ quoted: UnsafeRawBufferPointer) -> [UInt8]? {
        let text = quoted.dropFirst().dropLast()
        guard text.contains(UInt8(ascii: "\\")) else { return Array(text) }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            guard let escape = rest.popFirst() else { return nil }
            if escape == UInt8(ascii: "u") {
                guard let scalar = scalar(&rest) else { return nil }
                result.append(contentsOf: String(scalar).utf8)
            } else {
                result.append(plain(escape))
            }
        }
        return result
    }

    /// Reads a text strictly (RFC 8259), one value and nothing behind it; makes nothing of it.
    ///
    /// Throws `JSONFault` at the first byte that is wrong.
    package static func check(_ text: [UInt8]) throws {
        try text.withUnsafeBytes { bytes in
            let scanner = JSONScanner(bytes)
            try scanner.skipSpace()
            try scanner.skipValue(depth: 0)
            try scanner.expectEnd()
        }
    }

    static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    private static func plain(_ escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: escape
        }
    }

    /// The scalar after `\u`, of one escape or of a pair.
    private static func scalar(_ rest: inout Slice<UnsafeRawBufferPointer>) -> Unicode.Scalar? {
        guard let high = unit(&rest) else { return nil }
        guard (0xD800...0xDBFF).contains(high) else { return Unicode.Scalar(high) }
        guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u"), let low = unit(&rest),
            (0xDC00...0xDFFF).contains(low)
        else { return nil }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }

    private static func unit(_ rest: inout Slice<UnsafeRawBufferPointer>) -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = rest.popFirst(), let digit = hexadecimal(byte) else { return nil }
            value = value << 4 | digit
        }
        return value
    }
}
