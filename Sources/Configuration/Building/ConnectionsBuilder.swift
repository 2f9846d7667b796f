/// The connections of a file, and the checks between them.
struct ConnectionsBuilder {
    private typealias Kind = Configuration.Connection.Kind

    let base: ConfigurationBuilder
    let root: Section
    /// Connections that are used as Redis: what those are whose URL stands in a file.
    private let namesOfRedis: Set<String>

    init(base: ConfigurationBuilder, root: Section) {
        self.base = base
        self.root = root
        namesOfRedis = Self.namesOfRedis(root)
    }

    /// A connection with the place of its URL.
    struct Built {
        var name: String
        var connection: Configuration.Connection
        var url: Entry
        /// The components of a directory, as they are written and where they really lead; else empty.
        var paths: [[String]] = []
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
        checkOverlaps(values.filter { !$0.paths.isEmpty })
        return Result(values: values, declared: table?.declared)
    }

    private func build(_ name: String, _ section: Section) -> Built? {
        guard let url = section["url"], let kind = kind(name, url, section) else { return nil }
        ConnectionKeys(base: base, section: section, kind: kind).refuseThoseOfOthers()
        if case .directory(let path) = kind { return directory(name, path, url, section) }
        return Built(name: name, connection: connection(kind, section), url: url)
    }

    private func kind(_ name: String, _ url: Entry, _ section: Section) -> Kind? {
        switch url.value {
        case .url(.directory(let text)): return .directory(path: text)
        case .url(.sqlite(let text)): return .sqlite(path: Paths.absolute(text, in: base.folder))
        case .url(.postgres(let text)): return .postgres(.text(text))
        case .url(.redis(let text)):
            base.checkTLS(url, ca: section["ca"])
            return .redis(.text(text), ca: base.path(section, "ca"))
        case .url(.s3(let bucket)):
            return .s3(S3ConnectionBuilder(base: base, section: section).build(bucket: bucket, url))
        case .url(.docker(let address)):
            return .docker(DockerConnectionBuilder(base: base, section: section).build(address, url))
        case .url(.json(let text)): return .json(path: Paths.absolute(text, in: base.folder))
        case .section(let file):
            return base.path(file, "file").map { path in
                let isRedis = namesOfRedis.contains(name)
                return isRedis ? .redis(.file(path), ca: base.path(section, "ca")) : .postgres(.file(path))
            }
        default: return nil
        }
    }

    /// Connections that tasks clean keys in, or ask by keys.
    private static func namesOfRedis(_ root: Section) -> Set<String> {
        var names: Set<String> = []
        for (_, entry) in root.table("tasks")?.entries ?? [] {
            guard let task = entry.section else { continue }
            let references = task.section("keep")?.list("referenced_by").compactMap(\.section) ?? []
            let asked = references.filter { $0["keys"] != nil }
            names.formUnion(([task.section("keys")].compactMap(\.self) + asked).compactMap { $0.text("in") })
        }
        return names
    }

    private func directory(_ name: String, _ text: String, _ url: Entry, _ section: Section) -> Built? {
        let path = Paths.absolute(text, in: base.folder)
        let real = base.resolve(path) ?? path
        guard path != "/", real != "/" else {
            base.problems.add(url, "the root would be /, the whole machine; name the directory that is to be cleaned")
            return nil
        }
        if Paths.components(text).contains(".."), Paths.isAbsolute(text) {
            base.problems.add(url, "the root must not hold \"..\"; write the path that it leads to")
            return nil
        }
        let paths = [Paths.components(path), Paths.components(real)]
        return Built(name: name, connection: connection(.directory(path: path), section), url: url, paths: paths)
    }

    private func connection(_ kind: Kind, _ section: Section) -> Configuration.Connection {
        Configuration.Connection(
            kind: kind,
            protect: section.texts("protect"),
            aliases: section.texts("aliases"),
            optional: section.flag("optional") ?? false
        )
    }

    /// Roots must be apart, as they are written and where they really lead: an item that two connections reach is
    /// protected by only one of them.
    private func checkOverlaps(_ values: [Built]) {
        for (index, later) in values.enumerated() {
            for earlier in values[..<index] {
                let pairs = zip(later.paths, earlier.paths)
                guard let words = pairs.lazy.compactMap({ relation($0, $1) }).first else { continue }
                let (root, other) = (later.connection.root ?? "", earlier.connection.root ?? "")
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
