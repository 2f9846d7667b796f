/// A glob as Redis reads it: `*`, `?`, `[a-z]`, `[^a]`, and a backslash before what stands for itself. Of bytes; a slash
/// means nothing.
///
/// Matches exactly what `SCAN … MATCH` does. Takes at most length of the name × length of the glob steps.
package struct RedisGlob: Sendable {
    private enum Part: Sendable {
        case any
        case one
        case byte(UInt8)
        /// - Parameter ranges: of bytes that are in, or with `isInverted` those that are not.
        case oneOf([ClosedRange<UInt8>], isInverted: Bool)
    }

    private let parts: [Part]

    package init(_ text: String) {
        var parts: [Part] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                // Several in a row are one.
                if case .any? = parts.last {} else { parts.append(.any) }
            case UInt8(ascii: "?"): parts.append(.one)
            case UInt8(ascii: "["): parts.append(Self.oneOf(&rest))
            case UInt8(ascii: "\\"): parts.append(.byte(rest.popFirst() ?? byte))
            default: parts.append(.byte(byte))
            }
        }
        self.parts = parts
    }

    /// What stands between `[` and `]`; a `]` right behind a `-` is the end of a range and not of the class.
    private static func oneOf(_ rest: inout ArraySlice<UInt8>) -> Part {
        let isInverted = rest.first == UInt8(ascii: "^")
        if isInverted { rest.removeFirst() }
        var ranges: [ClosedRange<UInt8>] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let next = rest.popFirst() {
                ranges.append(next...next)
            } else if byte == UInt8(ascii: "]") {
                break
            } else if rest.count >= 2, rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first {
                ranges.append(min(byte, end)...max(byte, end))
                rest = rest.dropFirst(2)
            } else {
                ranges.append(byte...byte)
            }
        }
        return .oneOf(ranges, isInverted: isInverted)
    }

    package func matches(_ name: [UInt8]) -> Bool {
        var (part, index) = (0, 0)
        // Where to go on when what follows the last star does not fit: the star takes one byte more.
        var retry: (part: Int, index: Int)?
        while index < name.count {
            if part < parts.count, case .any = parts[part] {
                part += 1
                retry = (part, index)
            } else if part < parts.count, Self.matches(parts[part], name[index]) {
                part += 1
                index += 1
            } else if let last = retry {
                retry = (last.part, last.index + 1)
                (part, index) = (last.part, last.index + 1)
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    private static func matches(_ part: Part, _ byte: UInt8) -> Bool {
        switch part {
        case .any: false
        case .one: true
        case .byte(let own): own == byte
        case .oneOf(let ranges, let isInverted): ranges.contains { $0.contains(byte) } != isInverted
        }
    }

    /// What the only star of a glob without other signs stands for in a name that matches; `nil` for other globs.
    package func stem(of name: [UInt8]) -> [UInt8]? {
        var counts = (before: 0, after: 0)
        var hasStar = false
        for part in parts {
            switch part {
            case .byte: if hasStar { counts.after += 1 } else { counts.before += 1 }
            case .any:
                if hasStar { return nil }
                hasStar = true
            case .one, .oneOf: return nil
            }
        }
        guard hasStar, matches(name) else { return nil }
        return Array(name.dropFirst(counts.before).dropLast(counts.after))
    }
}
