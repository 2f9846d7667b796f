/// A pattern for paths and names, matched byte by byte.
///
/// `*` (any bytes but `/`), `**` as a whole component (any depth, also none: `a/**/b` matches `a/b`; `a/**` is
/// everything beneath `a`), `?` (one byte), `[a-z]`, `[!a]` and `[^a]` (one byte), `{a,b{c,d}}` (alternatives), `\`
/// (the next character itself). A leading dot is a byte like any other. Matching is never worse than length times
/// length.
///
/// Refused: empty, absolute, `.` or `..` as a component, unbalanced, over 4,096 bytes, braces nested deeper than 8 or
/// standing for more than 1,000 alternatives.
package struct Glob: Sendable, Equatable {
    /// As it was written.
    package let pattern: String
    /// A glob without a slash is meant for names at any depth, which `GlobSet` sees to.
    package let hasSlash: Bool
    let program: GlobProgram

    package init(_ pattern: String) throws(GlobError) {
        self.pattern = pattern
        let alternatives = try GlobParser.alternatives(of: pattern)
        hasSlash = alternatives.contains { $0.contains(.slash) }
        program = try GlobProgram(alternatives, pattern: pattern)
    }

    /// Whether the glob covers the whole of `path`, which has no leading slash.
    package func matches(_ path: UnsafeRawBufferPointer) -> Bool { program.matches(path: path) }

    /// Whether the glob covers the whole of `path`, which has no leading slash.
    package func matches(_ path: some Collection<UInt8>) -> Bool {
        path.withContiguousStorageIfAvailable { program.matches(path: UnsafeRawBufferPointer($0)) }
            ?? Array(path).withUnsafeBytes { program.matches(path: $0) }
    }

    package static func == (left: Glob, right: Glob) -> Bool { left.pattern == right.pattern }
}
