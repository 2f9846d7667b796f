/// One element of `Accept` or `Accept-Encoding`: a name, parameters and a weight.
struct WeightedItem: Sendable, Hashable {
    /// In lower case: `text/plain`, `gzip`, `*`.
    let name: String
    /// Names in lower case, values without quotes; the first of a repeated name.
    let parameters: [String: String]
    /// `q`, from 0 (not acceptable) to 1 (the default).
    let weight: Double

    /// Reads a header value by the grammar of RFC 9110 §12.
    ///
    /// Elements that do not follow it are left out, the others stand.
    static func parse(_ header: String) -> [WeightedItem] {
        split(header.utf8[...], at: UInt8(ascii: ",")).compactMap(WeightedItem.init(element:))
    }

    private init?(element: Substring.UTF8View) {
        let parts = Self.split(element, at: UInt8(ascii: ";")).map(Self.trimmed)
        guard let first = parts.first, Self.isName(first) else { return nil }
        name = Self.lowercased(first)
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() where !part.isEmpty {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")), Self.isName(part[..<equals]),
                let value = Self.unquoted(part[part.index(after: equals)...])
            else { return nil }
            let key = Self.lowercased(part[..<equals])
            if parameters[key] == nil { parameters[key] = value }
        }
        guard let weight = Self.weight(parameters.removeValue(forKey: "q")) else { return nil }
        self.parameters = parameters
        self.weight = weight
    }

    /// Splits outside quoted strings.
    private static func split(_ text: Substring.UTF8View, at separator: UInt8) -> [Substring.UTF8View] {
        var parts: [Substring.UTF8View] = []
        var start = text.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in text.indices {
            let byte = text[index]
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") && isQuoted {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == separator && !isQuoted {
                parts.append(text[start..<index])
                start = text.index(after: index)
            }
        }
        parts.append(text[start...])
        return parts
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = text.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }

    private static func isName(_ text: Substring.UTF8View) -> Bool {
        !text.isEmpty && text.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),:;<=>?@[\\]{}".utf8.contains($0) }
    }

    private static func lowercased(_ text: Substring.UTF8View) -> String {
        String(decoding: text, as: UTF8.self).lowercased()
    }

    /// The value of a token or quoted string; `nil` if it is neither.
    private static func unquoted(_ text: Substring.UTF8View) -> String? {
        guard text.first == UInt8(ascii: "\"") else {
            return isName(text) ? String(decoding: text, as: UTF8.self) : nil
        }
        guard text.count >= 2, text.last == UInt8(ascii: "\"") else { return nil }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in text.dropFirst().dropLast() {
            if byte == UInt8(ascii: "\\") && !isEscaped {
                isEscaped = true
            } else {
                bytes.append(byte)
                isEscaped = false
            }
        }
        return isEscaped ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// A plain decimal from 0 to 1; `nil` if it is anything else.
    private static func weight(_ text: String?) -> Double? {
        guard let text else { return 1 }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let value = Double(text), value <= 1
        else { return nil }
        return value
    }
}
