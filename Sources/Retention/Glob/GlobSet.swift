/// Several globs at once: those without a slash match an item's name at any depth, the others its path.
package struct GlobSet: Sendable {
    private let globs: [Glob]
    /// All globs without a slash in one, and all others in one, because millions of names are asked about.
    private let names: GlobProgram
    private let paths: GlobProgram

    /// Throws for the first glob that is refused.
    package init(_ patterns: [String]) throws(GlobError) {
        var globs: [Glob] = []
        for pattern in patterns { globs.append(try Glob(pattern)) }
        self.globs = globs
        var (names, paths) = (GlobProgram(), GlobProgram())
        for glob in globs {
            if glob.hasSlash { paths.add(glob.program) } else { names.add(glob.program) }
        }
        (self.names, self.paths) = (names, paths)
    }

    package var isEmpty: Bool { globs.isEmpty }

    /// - Parameters:
    ///   - path: from where the globs count, without a leading slash.
    ///   - name: the last component of `path`.
    package func matches(path: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) -> Bool {
        names.matches(name: name) || (!paths.isEmpty && paths.matches(path: path))
    }

    /// The first glob that matches, as it was written; for a reason that people read.
    package func firstMatch(path: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) -> String? {
        guard matches(path: path, name: name) else { return nil }
        return globs.first { $0.hasSlash ? $0.matches(path) : $0.program.matches(name: name) }?.pattern
    }
}
