/// What begins at a place in JSON text.
enum JSONKind: Sendable {
    case object, array, string, number, literal
}

// The grammar of RFC 8259; each function begins at the first byte of what it passes.
extension JSONScanner {
    /// What begins here. Throws `JSONFault` if nothing does.
    func kind() throws -> JSONKind {
        switch try peek() {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return .literal
        default: throw try unexpected("a value")
        }
    }

    /// Passes a value.
    /// - Parameter depth: arrays and objects around it.
    func skipValue(depth: Int) throws {
        switch try kind() {
        case .object: try eachMember(depth: depth) { try skipValue(depth: depth + 1) }
        case .array: try eachElement(depth: depth) { _ in try skipValue(depth: depth + 1) }
        case .string: try skipString()
        case .number: try skipNumber()
        case .literal: try skipLiteral()
        }
    }

    /// Passes an object; `name` passes each name, which it stands before, `value` each value.
    func eachMember(depth: Int, name: (() throws -> Void)? = nil, value: () throws -> Void) throws {
        try enter(depth)
        advance()
        try skipSpace()
        if try take("}") { return }
        while true {
            guard try peek() == UInt8(ascii: "\"") else { throw try unexpected("a name in quotes") }
            if let name { try name() } else { try skipString() }
            try skipSpace()
            try expect(":", "a colon")
            try skipSpace()
            try value()
            try skipSpace()
            if try take("}") { return }
            try expect(",", "a comma or a closing brace")
            try skipSpace()
        }
    }

    /// Passes an array; `element` passes each element, and is told its index.
    func eachElement(depth: Int, element: (Int) throws -> Void) throws {
        try enter(depth)
        advance()
        try skipSpace()
        if try take("]") { return }
        var index = 0
        while true {
            try element(index)
            index += 1
            try skipSpace()
            if try take("]") { return }
            try expect(",", "a comma or a closing bracket")
            try skipSpace()
        }
    }

    /// Passes a string: its escapes are those of the RFC, and its bytes UTF-8.
    func skipString() throws {
        advance()
        while true {
            skipPlain()
            guard let byte = try peek() else { throw try unexpected("the end of a string") }
            switch byte {
            case UInt8(ascii: "\""):
                return advance()
            case UInt8(ascii: "\\"):
                try skipEscape()
            case 0..<0x20:
                throw try unexpected("an escape of a control character")
            case 0x80...:
                try skipScalar(byte)
            default:
                advance()
            }
        }
    }

    private func enter(_ depth: Int) throws {
        guard depth < Self.maximumDepth else {
            throw JSONFault(offset, "arrays and objects are nested more than \(Self.maximumDepth) deep")
        }
    }

    private func skipEscape() throws {
        advance()
        switch try peek() {
        case UInt8(ascii: "u"):
            advance()
            for _ in 0..<4 {
                guard let digit = try peek(), JSONText.hexadecimal(digit) != nil else {
                    throw try unexpected("a hexadecimal digit")
                }
                advance()
            }
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            advance()
        default:
            throw try unexpected("an escape")
        }
    }

    /// One character of more than a byte (RFC 3629: none too long, no surrogates, none beyond U+10FFFF).
    private func skipScalar(_ first: UInt8) throws {
        let (length, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw try unexpected("UTF-8")
        }
        advance()
        for index in 1..<length {
            guard let byte = try peek(), (index == 1 ? second : 0x80...0xBF).contains(byte) else {
                throw try unexpected("UTF-8")
            }
            advance()
        }
    }

    private func skipNumber() throws {
        _ = try take("-")
        if try !take("0") { try skipDigits() }
        if try take(".") { try skipDigits() }
        if let byte = try peek(), byte | 0x20 == UInt8(ascii: "e") {
            advance()
            if let sign = try peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { advance() }
            try skipDigits()
        }
    }

    private func skipDigits() throws {
        let start = offset
        while let byte = try peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { advance() }
        guard offset > start else { throw try unexpected("a digit") }
    }

    private func skipLiteral() throws {
        let word: StaticString =
            switch try peek() {
            case UInt8(ascii: "t"): "true"
            case UInt8(ascii: "f"): "false"
            default: "null"
            }
        for index in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[index] else { throw try unexpected("true, false or null") }
            advance()
        }
    }
}
