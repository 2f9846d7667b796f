/// Reads the text of a glob into its alternatives, each without braces.
struct GlobParser {
    static let maximumBytes = 4096
    static let maximumAlternatives = 1000
    static let maximumDepth = 8
    /// Tokens of all alternatives together; beyond it a glob costs memory for nothing that anybody means.
    static let maximumTokens = 1 << 18

    private indirect enum Element {
        case token(GlobToken)
        case choice([[Element]])
    }

    private let pattern: String
    private let bytes: [UInt8]
    private var position = 0

    private init(_ pattern: String) {
        self.pattern = pattern
        bytes = Array(pattern.utf8)
    }

    /// The alternatives of a glob: one without braces, else each combination.
    static func alternatives(of pattern: String) throws(GlobError) -> [[GlobToken]] {
        guard !pattern.isEmpty else {
            throw GlobError(.empty, pattern, "is empty and matches nothing. Write \"**\" for everything.")
        }
        guard pattern.utf8.count <= maximumBytes else {
            throw GlobError(
                .tooLong,
                pattern,
                "has \(pattern.utf8.count) bytes; at most \(maximumBytes) are allowed. Split it into several globs."
            )
        }
        var parser = GlobParser(pattern)
        let elements = try parser.sequence(depth: 0)
        guard count(elements) <= maximumAlternatives else {
            throw GlobError(
                .exploding,
                pattern,
                "stands for more than \(maximumAlternatives) alternatives. Split it into several globs."
            )
        }
        return try parser.expand(elements)
    }

    // MARK: Reading

    /// Elements up to the end, or inside braces up to the comma or brace that ends them (which is left to be read).
    private mutating func sequence(depth: Int) throws(GlobError) -> [Element] {
        var result: [Element] = []
        while position < bytes.count {
            let byte = bytes[position]
            if depth > 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") { return result }
            position += 1
            switch byte {
            case UInt8(ascii: "{"): result.append(try choice(depth: depth + 1))
            case UInt8(ascii: "}"): throw unbalanced("}", lacks: "{")
            case UInt8(ascii: "["): result.append(.token(.oneOf(try byteClass())))
            case UInt8(ascii: "]"): throw unbalanced("]", lacks: "[")
            case UInt8(ascii: "*"): result.append(.token(.star))
            case UInt8(ascii: "?"): result.append(.token(.any))
            case UInt8(ascii: "/"): result.append(.token(.slash))
            case UInt8(ascii: "\\"):
                let escaped = try escapedByte()
                result.append(.token(escaped == UInt8(ascii: "/") ? .slash : .byte(escaped)))
            case 0: throw GlobError(.malformed, pattern, "holds a NUL byte, which no name can hold.")
            default: result.append(.token(.byte(byte)))
            }
        }
        if depth > 0 { throw unbalanced("{", lacks: "}") }
        return result
    }

    private mutating func choice(depth: Int) throws(GlobError) -> Element {
        guard depth <= Self.maximumDepth else {
            throw GlobError(
                .exploding,
                pattern,
                "nests braces deeper than \(Self.maximumDepth). Split it into several globs."
            )
        }
        var alternatives: [[Element]] = []
        repeat {
            alternatives.append(try sequence(depth: depth))
            position += 1
        } while bytes[position - 1] == UInt8(ascii: ",")
        guard alternatives.count > 1 else {
            throw GlobError(
                .malformed,
                pattern,
                "has braces without a comma. Write {a,b} for alternatives, or \"\\{\" for the character itself."
            )
        }
        return .choice(alternatives)
    }

    private mutating func escapedByte() throws(GlobError) -> UInt8 {
        guard position < bytes.count, bytes[position] != 0 else {
            throw GlobError(.malformed, pattern, "ends in a backslash. Write two for the character itself.")
        }
        defer { position += 1 }
        return bytes[position]
    }

    /// What follows a `[`, through its `]`; a `]` that comes first is a member.
    private mutating func byteClass() throws(GlobError) -> ByteSet {
        var set = ByteSet()
        let start = position
        let isNegated = position < bytes.count && "!^".utf8.contains(bytes[position])
        if isNegated { position += 1 }
        let first = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "]") || position == first {
            if bytes[position...].starts(with: "[:".utf8) {
                throw GlobError(.malformed, pattern, "has a named class. Write its bytes, as [0-9] for digits.")
            }
            let low = try classMember()
            var high = low
            if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "-"),
                bytes[position + 1] != UInt8(ascii: "]")
            {
                position += 1
                high = try classMember()
            }
            guard low <= high else {
                throw GlobError(.malformed, pattern, "has a range that runs backwards. Write the lower end first.")
            }
            for byte in low...high { set.insert(byte) }
        }
        guard position < bytes.count else {
            position = start
            throw unbalanced("[", lacks: "]")
        }
        position += 1
        if isNegated { set.invert() }
        set.remove(UInt8(ascii: "/"))
        return set
    }

    private mutating func classMember() throws(GlobError) -> UInt8 {
        var byte = bytes[position]
        position += 1
        if byte == UInt8(ascii: "\\") { byte = try escapedByte() }
        guard byte < 0x80, byte != 0 else {
            throw GlobError(
                .malformed,
                pattern,
                "has a class with a character of several bytes. Write alternatives, as {ä,ö}."
            )
        }
        return byte
    }

    private func unbalanced(_ found: String, lacks other: String) -> GlobError {
        GlobError(
            .unbalanced,
            pattern,
            "has a \"\(found)\" without its \"\(other)\". Write \"\\\(found)\" for the character itself."
        )
    }

    // MARK: Expanding

    /// How many alternatives there are; saturates.
    private static func count(_ elements: [Element]) -> Int {
        var product = 1
        for case .choice(let alternatives) in elements {
            let sum = alternatives.reduce(0) { min($0 + count($1), maximumAlternatives + 1) }
            product = min(product * sum, maximumAlternatives + 1)
        }
        return product
    }

    private func expand(_ elements: [Element]) throws(GlobError) -> [[GlobToken]] {
        var results: [[GlobToken]] = [[]]
        for element in elements {
            switch element {
            case .token(let token):
                for index in results.indices { results[index].append(token) }
            case .choice(let alternatives):
                var tails: [[GlobToken]] = []
                for alternative in alternatives { tails += try expand(alternative) }
                results = results.flatMap { head in tails.map { head + $0 } }
            }
            guard results.reduce(0, { $0 + $1.count }) <= Self.maximumTokens else {
                throw GlobError(.exploding, pattern, "stands for too long a list of alternatives. Split it.")
            }
        }
        return results
    }
}
