/// Goes over the entries of one object or array in JSON text, which is read strictly as a whole.
struct JSONEntries {
    /// What holds the entries.
    let pointer: JSONPointer

    /// Hands over each entry, in its order.
    ///
    /// Throws `JSONFault` for text that is no JSON, for a pointer that leads nowhere, to two places, or to neither an object
    /// nor an array; and what reading or `body` throws. Entries may have been handed over before it throws.
    func scan(_ scanner: JSONScanner, _ body: (JSONEntry) throws -> Void) throws {
        try Self.skipMark(scanner)
        try scanner.skipSpace()
        try descend(pointer.tokens[...], depth: 0, scanner, body)
        try scanner.expectEnd()
    }

    /// Some editors put the mark of UTF-8 first, which the RFC allows to pass over.
    private static func skipMark(_ scanner: JSONScanner) throws {
        for byte: UInt8 in [0xEF, 0xBB, 0xBF] {
            guard try scanner.peek() == byte else { return }
            scanner.advance()
        }
    }

    private func descend(
        _ tokens: ArraySlice<[UInt8]>,
        depth: Int,
        _ scanner: JSONScanner,
        _ body: (JSONEntry) throws -> Void
    ) throws {
        guard let token = tokens.first else { return try entries(depth: depth, scanner, body) }
        let start = scanner.offset
        var isFound = false
        func pass(_ isWanted: Bool) throws {
            guard isWanted else { return try scanner.skipValue(depth: depth + 1) }
            guard !isFound else {
                throw JSONFault(scanner.offset, "the pointer leads to this place and to one before it")
            }
            isFound = true
            try descend(tokens.dropFirst(), depth: depth + 1, scanner, body)
        }
        switch try scanner.kind() {
        case .object:
            var isWanted = false
            try scanner.eachMember(depth: depth) {
                isWanted = try Self.name(scanner) == .text(token)
                scanner.clearMark()
            } value: {
                try pass(isWanted)
            }
        case .array:
            let index = JSONPointer.index(token)
            try scanner.eachElement(depth: depth) { try pass($0 == index) }
        case .string, .number, .literal:
            break
        }
        let name = PathText(token)
        guard isFound else { throw JSONFault(start, "the pointer leads nowhere: what begins here has no \"\(name)\"") }
    }

    private func entries(depth: Int, _ scanner: JSONScanner, _ body: (JSONEntry) throws -> Void) throws {
        switch try scanner.kind() {
        case .object:
            var name = JSONEntry.Name.none
            var start = 0
            try scanner.eachMember(depth: depth) {
                start = scanner.offset
                name = try Self.name(scanner)
            } value: {
                let value = scanner.offset
                try scanner.skipValue(depth: depth + 1)
                try body(Self.entry(name, start, value, scanner))
                scanner.clearMark()
            }
        case .array:
            try scanner.eachElement(depth: depth) { _ in
                let start = scanner.offset
                scanner.setMark()
                try scanner.skipValue(depth: depth + 1)
                try body(Self.entry(.none, start, start, scanner))
                scanner.clearMark()
            }
        case .string, .number, .literal:
            throw JSONFault(scanner.offset, "the pointer leads to what is neither an object nor an array")
        }
    }

    /// The name of a member; the mark stays at its beginning.
    private static func name(_ scanner: JSONScanner) throws -> JSONEntry.Name {
        scanner.setMark()
        try scanner.skipString()
        return JSONText.decode(scanner.marked).map(JSONEntry.Name.text) ?? .unreadable
    }

    private static func entry(_ name: JSONEntry.Name, _ start: Int, _ value: Int, _ scanner: JSONScanner) -> JSONEntry {
        let bytes = scanner.marked
        return JSONEntry(
            name: name,
            range: start..<scanner.offset,
            bytes: bytes,
            value: UnsafeRawBufferPointer(rebasing: bytes[(value - start)...])
        )
    }
}
