/// The connections of a file, and the checks between them.
struct ConnectionsBuilder {
    let base: ConfigurationBuilder
    let root: Section

    /// A connection with the place of its URL.
    struct Built {
        var name: String
        var connection: Configuration.Connection
        var url: Entry
        /// The root's components, as they are written and where they really lead.
        var paths: [[String]]
    }

    /// What was built, and all names that the file declares, right or wrong.
    struct Result {
        var values: [Built]
        /// `nil` = the section is missing or wrong as a whole, so that nothing can be said about references.
        var declared: [String]?

        subscript(name: String) -> Configuration.Connection? { values.first { $0.name == name }?.connection }
    }

    func build() -> Result {
        let table = root.table("connections")
        let values = (table?.entries ?? []).compactMap { name, entry in entry.section.flatMap { build(name, $0) } }
        checkOverlaps(values)
        return Result(values: values, declared: table?.declared)
    }

    private func build(_ name: String, _ section: Section) -> Built? {
        guard let url = section["url"], let text = url.text else { return nil }
        let path = Paths.absolute(text, in: base.folder)
        let real = base.resolve(path) ?? path
        guard path != "/", real != "/" else {
            base.problems.add(url, "the root would be /, the whole machine; name the directory that is to be cleaned")
            return nil
        }
        if Paths.components(text).contains(".."), text.hasPrefix("/") {
            base.problems.add(url, "the root must not hold \"..\"; write the path that it leads to")
            return nil
        }
        let connection = Configuration.Connection(
            kind: .directory(path: path),
            protect: section.texts("protect"),
            aliases: section.texts("aliases"),
            optional: section.flag("optional") ?? false
        )
        let paths = [Paths.components(path), Paths.components(real)]
        return Built(name: name, connection: connection, url: url, paths: paths)
    }

    /// Roots must be apart, as they are written and where they really lead: an item that two connections reach is
    /// protected by only one of them.
    private func checkOverlaps(_ values: [Built]) {
        for (index, later) in values.enumerated() {
            for earlier in values[..<index] {
                let pairs = zip(later.paths, earlier.paths)
                guard let words = pairs.lazy.compactMap({ relation($0, $1) }).first else { continue }
                let (root, other) = (later.connection.root, earlier.connection.root)
                base.problems.add(
                    later.url,
                    "the root \(Shown.text(root)) \(words) \(Shown.text(other)), the root of \"\(earlier.name)\";"
                        + " use one connection, and tasks with a path"
                )
            }
        }
    }

    private func relation(_ path: [String], _ other: [String]) -> String? {
        if path == other { return "is the same as" }
        if path.starts(with: other) { return "lies beneath" }
        return other.starts(with: path) ? "holds" : nil
    }
}
