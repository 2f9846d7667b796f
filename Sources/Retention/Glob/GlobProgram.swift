/// The alternatives of a glob in the form in which they are matched: components, each of the cheapest kind that will
/// do.
///
/// Everything lies in flat arrays of plain values, so that matching neither allocates nor counts references.
struct GlobProgram: Equatable, Sendable {
    /// One component of a path's pattern.
    private struct Component: Equatable {
        enum Kind: Equatable {
            /// `**`
            case deep
            /// Nothing but bytes.
            case literal
            /// Bytes, one star, bytes; either may be empty (`*.log`, `a*`, `*`).
            case affix
            case general
        }

        var kind: Kind
        /// In `bytes` for `literal` and `affix`, in `tokens` for `general`.
        var start: Int
        var count: Int
        /// `affix`: how many of the bytes stand before the star.
        var prefix = 0
    }

    private var bytes: [UInt8] = []
    private var tokens: [GlobToken] = []
    private var components: [Component] = []
    private var alternatives: [Range<Int>] = []

    /// Matches nothing.
    init() {}

    init(_ list: [[GlobToken]], pattern: String) throws(GlobError) {
        for alternative in list {
            let start = components.count
            if alternative.isEmpty {
                throw GlobError(.empty, pattern, "has an alternative that is empty and matches nothing. Leave it out.")
            }
            if alternative.first == .slash {
                throw GlobError(.absolute, pattern, "starts with a slash. Globs are relative; leave the slash out.")
            }
            for part in alternative.split(separator: .slash, omittingEmptySubsequences: false) {
                try Self.check(part, pattern: pattern)
                append(part)
            }
            alternatives.append(start..<components.count)
        }
    }

    private static func check(_ part: ArraySlice<GlobToken>, pattern: String) throws(GlobError) {
        let dot = GlobToken.byte(UInt8(ascii: "."))
        if part.isEmpty {
            throw GlobError(
                .component,
                pattern,
                "has an empty component. Leave out the doubled or last slash; write \"a/**\" for all beneath a."
            )
        }
        if part == [dot] || part == [dot, dot] {
            throw GlobError(.component, pattern, "has a component \".\" or \"..\", which no item's path has.")
        }
    }

    private mutating func append(_ part: ArraySlice<GlobToken>) {
        let last = components.last
        if part == [.star, .star] {
            // "a/**/**/b" means the same with one.
            if last?.kind != .deep || alternatives.last?.upperBound == components.count || components.isEmpty {
                components.append(Component(kind: .deep, start: 0, count: 0))
            }
            return
        }
        var collapsed: [GlobToken] = []
        for token in part where token != .star || collapsed.last != .star { collapsed.append(token) }
        let literals = collapsed.compactMap { token -> UInt8? in if case .byte(let byte) = token { byte } else { nil } }
        let stars = collapsed.count { $0 == .star }
        if literals.count + stars == collapsed.count, stars <= 1 {
            let prefix = collapsed.firstIndex(of: .star) ?? 0
            let kind: Component.Kind = stars == 0 ? .literal : .affix
            components.append(Component(kind: kind, start: bytes.count, count: literals.count, prefix: prefix))
            bytes += literals
        } else {
            components.append(Component(kind: .general, start: tokens.count, count: collapsed.count))
            tokens += collapsed
        }
    }

    /// Takes up the alternatives of another glob.
    mutating func add(_ other: GlobProgram) {
        let (byteCount, tokenCount, componentCount) = (bytes.count, tokens.count, components.count)
        bytes += other.bytes
        tokens += other.tokens
        components += other.components.map { component in
            var moved = component
            moved.start += component.kind == .general ? tokenCount : byteCount
            return moved
        }
        alternatives += other.alternatives.map { $0.lowerBound + componentCount..<$0.upperBound + componentCount }
    }

    var isEmpty: Bool { alternatives.isEmpty }

    // MARK: Matching

    /// Whether some alternative covers the whole of `path`.
    func matches(path: UnsafeRawBufferPointer) -> Bool {
        guard !path.isEmpty else { return false }
        for alternative in alternatives where matches(path, alternative) { return true }
        return false
    }

    /// As `matches(path:)`, for a name without slashes and a glob without slashes.
    @inline(__always)
    func matches(name: UnsafeRawBufferPointer) -> Bool {
        guard !name.isEmpty else { return false }
        for alternative in alternatives {
            let component = components[alternative.lowerBound]
            if component.kind == .deep || matches(name, component) { return true }
        }
        return false
    }

    /// Components are to `**` what bytes are to `*`: after a mismatch the last `**` takes one component more. Going
    /// back further is never needed, so the work is at most (components of the path) × (components of the glob).
    private func matches(_ path: UnsafeRawBufferPointer, _ alternative: Range<Int>) -> Bool {
        var next = alternative.lowerBound
        var start = 0
        var deep: (next: Int, start: Int)?
        while start <= path.count {
            if next < alternative.upperBound {
                if components[next].kind == .deep {
                    next += 1
                    // A last "**" takes all that is left, which is one component or more.
                    if next == alternative.upperBound { return true }
                    deep = (next, start)
                    continue
                }
                let end = Self.end(of: start, in: path)
                if matches(UnsafeRawBufferPointer(rebasing: path[start..<end]), components[next]) {
                    next += 1
                    start = end + 1
                    continue
                }
            }
            guard let back = deep else { return false }
            start = Self.end(of: back.start, in: path) + 1
            next = back.next
            deep = (next, start)
        }
        return next == alternative.upperBound
    }

    /// Where the component that starts at `start` ends.
    private static func end(of start: Int, in path: UnsafeRawBufferPointer) -> Int {
        var index = start
        while index < path.count, path[index] != UInt8(ascii: "/") { index += 1 }
        return index
    }

    @inline(__always)
    private func matches(_ text: UnsafeRawBufferPointer, _ component: Component) -> Bool {
        switch component.kind {
        case .deep: return true
        case .literal: return text.count == component.count && holds(text, at: 0, component.start, component.count)
        case .affix:
            let suffix = component.count - component.prefix
            return text.count >= component.count
                && holds(text, at: text.count - suffix, component.start + component.prefix, suffix)
                && holds(text, at: 0, component.start, component.prefix)
        case .general: return matchesTokens(text, component)
        }
    }

    @inline(__always)
    private func holds(_ text: UnsafeRawBufferPointer, at offset: Int, _ start: Int, _ count: Int) -> Bool {
        for index in 0..<count where text[offset + index] != bytes[start + index] { return false }
        return true
    }

    /// After a mismatch the last star takes one byte more; at most (bytes) × (tokens) steps.
    private func matchesTokens(_ text: UnsafeRawBufferPointer, _ component: Component) -> Bool {
        let end = component.start + component.count
        var next = component.start
        var index = 0
        var star: (next: Int, index: Int)?
        while index < text.count {
            if next < end {
                if tokens[next] == .star {
                    next += 1
                    star = (next, index)
                    continue
                }
                if accepts(tokens[next], text[index]) {
                    next += 1
                    index += 1
                    continue
                }
            }
            guard let back = star else { return false }
            index = back.index + 1
            next = back.next
            star = (next, index)
        }
        while next < end, tokens[next] == .star { next += 1 }
        return next == end
    }

    @inline(__always)
    private func accepts(_ token: GlobToken, _ byte: UInt8) -> Bool {
        switch token {
        case .byte(let expected): byte == expected
        case .any: true
        case .oneOf(let set): set.contains(byte)
        case .star, .slash: false
        }
    }
}
