/// What a field of an entry holds.
package enum JSONField: Sendable, Equatable {
    /// There is no such field.
    case absent
    case null
    case string(String)
    /// As it is written.
    case number(String)
    /// Strings and numbers of an array; `null` in it is left out.
    case list([String])
    /// Something else, or it cannot be told what: a name that stands there twice, half of a pair of escapes.
    case unreadable

    /// - Parameter text: valid JSON.
    static func find(_ tokens: ArraySlice<[UInt8]>, in text: UnsafeRawBufferPointer) -> JSONField {
        do {
            guard let place = try place(of: tokens, in: text) else { return .absent }
            return try read(place)
        } catch {
            // The entry was found valid before; what is ambiguous is thrown from here.
            return .unreadable
        }
    }

    private static func place(
        of tokens: ArraySlice<[UInt8]>,
        in text: UnsafeRawBufferPointer
    ) throws -> UnsafeRawBufferPointer? {
        guard let token = tokens.first else { return text }
        let scanner = JSONScanner(text)
        var found: Range<Int>?
        func pass(_ isWanted: Bool) throws {
            let start = scanner.offset
            try scanner.skipValue(depth: 0)
            guard isWanted else { return }
            guard found == nil else { throw JSONFault(start, "the name stands there twice") }
            found = start..<scanner.offset
        }
        switch try scanner.kind() {
        case .object:
            var isWanted = false
            try scanner.eachMember(depth: 0) {
                let start = scanner.offset
                try scanner.skipString()
                isWanted = JSONText.decode(UnsafeRawBufferPointer(rebasing: text[start..<scanner.offset])) == token
            } value: {
                try pass(isWanted)
            }
        case .array:
            let index = JSONPointer.index(token)
            try scanner.eachElement(depth: 0) { try pass($0 == index) }
        case .string, .number, .literal:
            return nil
        }
        guard let found else { return nil }
        return try place(of: tokens.dropFirst(), in: UnsafeRawBufferPointer(rebasing: text[found]))
    }

    private static func read(_ text: UnsafeRawBufferPointer) throws -> JSONField {
        let scanner = JSONScanner(text)
        switch try scanner.kind() {
        case .literal: return text.first == UInt8(ascii: "n") ? .null : .unreadable
        case .object: return .unreadable
        case .string, .number:
            return scalar(text).map { text.first == UInt8(ascii: "\"") ? .string($0) : .number($0) } ?? .unreadable
        case .array: return try list(text, scanner).map(JSONField.list) ?? .unreadable
        }
    }

    private static func list(_ text: UnsafeRawBufferPointer, _ scanner: JSONScanner) throws -> [String]? {
        var values: [String]? = []
        try scanner.eachElement(depth: 0) { _ in
            let (start, kind) = (scanner.offset, try scanner.kind())
            try scanner.skipValue(depth: 0)
            let piece = UnsafeRawBufferPointer(rebasing: text[start..<scanner.offset])
            if kind == .literal, piece.first == UInt8(ascii: "n") { return }
            guard kind == .string || kind == .number, let value = scalar(piece) else {
                values = nil
                return
            }
            values?.append(value)
        }
        return values
    }

    private static func scalar(_ text: UnsafeRawBufferPointer) -> String? {
        guard text.first == UInt8(ascii: "\"") else { return String(validating: text, as: UTF8.self) }
        return JSONText.decode(text).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
