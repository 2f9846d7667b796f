/// How a name, which is bytes, is shown to people and in JSON.
package enum DisplayName {
    /// Valid UTF-8 as it is; every other byte as `\xHH`. For JSON, whose writer escapes the rest.
    package static func exact(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var result = ""
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            if let (character, length) = firstScalar(rest) {
                result.unicodeScalars.append(character)
                rest = rest.dropFirst(length)
            } else {
                result += hexadecimal(rest.removeFirst())
            }
        }
        return result
    }

    /// As `exact`, and control characters as `\xHH`, so that a name can neither break a log line nor move a cursor.
    package static func printable(_ bytes: some Collection<UInt8>) -> String {
        let text = exact(bytes)
        guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isUnprintable(scalar) {
                for byte in String(scalar).utf8 { result += hexadecimal(byte) }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Format characters turn text around (U+202E) as control characters move the cursor.
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func firstScalar(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
        for length in 1...min(4, bytes.count) {
            if let text = String(validating: bytes.prefix(length), as: UTF8.self),
                let scalar = text.unicodeScalars.first
            {
                return (scalar, length)
            }
        }
        return nil
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
}
