import Retention

@testable import Stores

/// Globs: the first line is one, the second a path.
enum GlobFuzz {
    static let target = FuzzTarget("glob", longest: 160) { bytes in
        var input = FuzzInput(bytes)
        let pattern = input.textLine()
        let path = input.line()
        try checkKeys(pattern, path)
        let glob: Glob
        do throws(GlobError) {
            glob = try Glob(pattern)
        } catch {
            return try require(isPlain(error.message), "the refusal of a glob has control characters")
        }
        let matches = glob.matches(path)
        var slow = SlowGlob(pattern)
        if let expected = slow.matches(path) {
            try require(matches == expected, "\(pattern) \(matches ? "matches" : "does not match") \(path)")
        }
        // A set of one, asked for a path: names only where there is no slash.
        let set = try GlobSet([pattern, pattern])
        let name = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? []
        let isCovered = path.withUnsafeBytes { path in
            Array(name).withUnsafeBytes { set.matches(path: path, name: $0) }
        }
        try require(isCovered == (glob.hasSlash ? matches : glob.matches(name)), "a set is not what is in it")
    }

    /// A Redis glob that says every byte literally means that name alone.
    private static func checkKeys(_ pattern: String, _ name: [UInt8]) throws {
        _ = RedisGlob(pattern).matches(name)
        _ = RedisGlob(pattern).stem(of: name)
        guard let text = String(validating: name, as: UTF8.self) else { return }
        var literal = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isASCII { literal.append("\\") }
            literal.append(scalar)
        }
        let glob = RedisGlob(String(literal))
        try require(glob.matches(name), "a name does not match itself")
        let other = Array(pattern.utf8)
        try require(glob.matches(other) == (other == name), "a name matches another")
    }
}
