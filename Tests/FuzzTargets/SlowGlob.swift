/// A glob that has been found valid, read once more without any of the code that is tested: braces are written out, and
/// then everything is tried.
struct SlowGlob {
    private enum Token: Equatable {
        case byte(UInt8)
        case any
        case star
        case oneOf(Set<UInt8>, isInverted: Bool)
    }

    /// Beyond it nothing is said.
    private static let mostSteps = 200_000

    private let alternatives: [[[Token]]]
    private var steps = 0

    init(_ pattern: String) {
        let pieces = Self.pieces(Array(pattern.utf8))
        alternatives = Self.expanded(pieces[...]).prefix(1001).map { pieces in
            pieces.split(separator: [UInt8(ascii: "/")], omittingEmptySubsequences: false).map { $0.map(Self.token) }
        }
    }

    /// Nil when it takes too long to tell.
    mutating func matches(_ path: [UInt8]) -> Bool? {
        guard !path.isEmpty else { return false }
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
        for alternative in alternatives {
            if components(alternative[...], parts[...]) { return steps < Self.mostSteps ? true : nil }
        }
        return steps < Self.mostSteps ? false : nil
    }

    // MARK: Reading

    /// Escapes and classes in one piece each, and every other byte alone. An escaped slash is a slash.
    private static func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            var piece = [byte]
            if byte == UInt8(ascii: "\\"), let next = rest.popFirst() {
                piece = next == UInt8(ascii: "/") ? [next] : [byte, next]
            } else if byte == UInt8(ascii: "[") {
                if let sign = rest.first, "!^".utf8.contains(sign) { piece.append(rest.removeFirst()) }
                var isFirst = true
                while let next = rest.popFirst() {
                    piece.append(next)
                    if next == UInt8(ascii: "]"), !isFirst { break }
                    if next == UInt8(ascii: "\\"), let escaped = rest.popFirst() { piece.append(escaped) }
                    isFirst = false
                }
            }
            pieces.append(piece)
        }
        return pieces
    }

    /// The first pair of braces written out, and so on.
    private static func expanded(_ pieces: ArraySlice<[UInt8]>) -> [[[UInt8]]] {
        guard let open = pieces.firstIndex(of: [UInt8(ascii: "{")]) else { return [Array(pieces)] }
        var depth = 0
        var starts = [open + 1]
        var close = open
        for index in open..<pieces.endIndex {
            if pieces[index] == [UInt8(ascii: "{")] { depth += 1 }
            if pieces[index] == [UInt8(ascii: "}")] { depth -= 1 }
            if depth == 1, pieces[index] == [UInt8(ascii: ",")] { starts.append(index + 1) }
            close = index
            if depth == 0 { break }
        }
        let ends = starts.dropFirst().map { $0 - 1 } + [close]
        return zip(starts, ends).flatMap { start, end in
            expanded((pieces[..<open] + pieces[start..<end] + pieces[(close + 1)...])[...])
        }
    }

    private static func token(_ piece: [UInt8]) -> Token {
        if piece == [UInt8(ascii: "*")] { return .star }
        if piece == [UInt8(ascii: "?")] { return .any }
        guard piece.count > 1 else { return .byte(piece[0]) }
        guard piece[0] == UInt8(ascii: "[") else { return .byte(piece[1]) }
        var members = piece.dropFirst().dropLast()
        let isInverted = "!^".utf8.contains(members.first ?? 0)
        if isInverted { members.removeFirst() }
        var set: Set<UInt8> = []
        func member() -> UInt8 {
            let byte = members.removeFirst()
            return byte == UInt8(ascii: "\\") && !members.isEmpty ? members.removeFirst() : byte
        }
        while !members.isEmpty {
            let low = member()
            var high = low
            if members.first == UInt8(ascii: "-"), members.count > 1 {
                members.removeFirst()
                high = member()
            }
            set.formUnion(low...max(low, high))
        }
        return .oneOf(set, isInverted: isInverted)
    }

    // MARK: Matching

    private mutating func components(_ pattern: ArraySlice<[Token]>, _ path: ArraySlice<[UInt8]>) -> Bool {
        steps += 1
        guard steps < Self.mostSteps else { return true }
        guard let first = pattern.first else { return path.isEmpty }
        let rest = pattern.dropFirst()
        if first == [.star, .star] {
            // At the end it stands for one component or more, elsewhere for none, too.
            if rest.isEmpty { return !path.isEmpty }
            return (0...path.count).contains { components(rest, path.dropFirst($0)) }
        }
        guard let name = path.first, matches(first[...], name[...]) else { return false }
        return components(rest, path.dropFirst())
    }

    private mutating func matches(_ tokens: ArraySlice<Token>, _ name: ArraySlice<UInt8>) -> Bool {
        steps += 1
        guard steps < Self.mostSteps else { return true }
        guard let first = tokens.first else { return name.isEmpty }
        let rest = tokens.dropFirst()
        if first == .star { return (0...name.count).contains { matches(rest, name.dropFirst($0)) } }
        guard let byte = name.first else { return false }
        let fits =
            switch first {
            case .byte(let own): own == byte
            case .any: true
            case .oneOf(let set, let isInverted): set.contains(byte) != isInverted
            case .star: false
            }
        return fits && matches(rest, name.dropFirst())
    }
}
