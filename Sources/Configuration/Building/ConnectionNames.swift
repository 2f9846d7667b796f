/// Looks up connections by the names that other sections give; reports those that are missing or of the wrong kind.
struct ConnectionNames {
    let problems: ProblemList
    let connections: ConnectionsBuilder.Result

    /// What a connection must be for its use.
    enum Need {
        case directory
        case database
        case redis
        case bucket
        case engine
        case json

        fileprivate var place: String {
            switch self {
            case .directory: "a directory (file://…)"
            case .database: "a PostgreSQL or SQLite database (postgres://…, sqlite:…)"
            case .redis: "Redis (redis://…)"
            case .bucket: "a bucket (s3://…)"
            case .engine: "a Docker engine (unix://…, tcp://…)"
            case .json: "a JSON file (json:…)"
            }
        }

        fileprivate func accepts(_ kind: Configuration.Connection.Kind) -> Bool {
            switch (self, kind) {
            case (.directory, .directory), (.database, .postgres), (.database, .sqlite), (.redis, .redis),
                (.bucket, .s3),
                (.engine, .docker), (.json, .json):
                true
            default: false
            }
        }
    }

    /// Whether the file has a connection of this name; reports it if not.
    func isDeclared(_ entry: Entry) -> Bool {
        guard let name = entry.text, let declared = connections.declared, !declared.contains(name) else { return true }
        let suggestion = EditDistance.suggestion(for: entry.shown, among: declared)
        problems.add(entry, "there is no connection \"\(entry.shown)\"\(suggestion)")
        return false
    }

    /// The connection of this name; `nil` if it was reported, now or before.
    /// - Parameter use: what is done with it, as a sentence without its place: `rows are cleaned in`.
    @discardableResult
    func find(_ entry: Entry, _ need: Need, _ use: String) -> Configuration.Connection? {
        guard let name = entry.text, isDeclared(entry), let connection = connections[name] else { return nil }
        guard need.accepts(connection.kind) else {
            problems.add(entry, "\"\(entry.shown)\" is \(connection.kind.noun), but \(use) \(need.place)")
            return nil
        }
        return connection
    }

    /// As the other, for the key `in` of a section; its name, if there is one.
    func name(in section: Section, _ need: Need, _ use: String) -> String? {
        guard let entry = section["in"] else { return nil }
        find(entry, need, use)
        return entry.text
    }

    /// The queries of a list of `{ in, query }`.
    func references(_ list: [Entry]) -> [QueryReference] { list.compactMap { $0.section.flatMap(reference) } }

    /// The queries of a list of `{ in, query }`, `{ in, keys }` and `{ in, field }`.
    func queries(_ list: [Entry]) -> [QueryReference] {
        list.compactMap(\.section).compactMap { section in
            guard section["query"] != nil else { return nil }
            return reference(section)
        }
    }

    /// The keys of a list of `{ in, query }`, `{ in, keys }` and `{ in, field }`.
    func keys(_ list: [Entry]) -> [KeysReference] {
        list.compactMap(\.section).compactMap { section in
            guard section["keys"] != nil else {
                // Which of the three it was meant to be shows only where that is right.
                if section["query"] == nil, section["field"] == nil, let entry = section["in"] { _ = isDeclared(entry) }
                return nil
            }
            let name = name(in: section, .redis, "keys are looked for in")
            guard let name, let keys = section.text("keys") else { return nil }
            return KeysReference(connection: name, keys: keys)
        }
    }

    /// The fields of a list of `{ in, query }`, `{ in, keys }` and `{ in, field }`.
    func fields(_ list: [Entry]) -> [FieldReference] {
        list.compactMap(\.section).compactMap { section in
            guard section["field"] != nil else {
                if let at = section["at"], section.isWhole { problems.add(at, "needs \"field\" beside it") }
                return nil
            }
            let name = name(in: section, .json, "fields are read from")
            guard let name, let field = section.text("field") else { return nil }
            return FieldReference(connection: name, pointer: section.text("at") ?? "", field: field)
        }
    }

    /// A query of `{ in, query }`.
    func reference(_ section: Section) -> QueryReference? { query(section, "query") }

    func query(_ section: Section, _ key: String) -> QueryReference? {
        let name = name(in: section, .database, "queries are put to")
        guard let name, let query = section.text(key) else { return nil }
        return QueryReference(connection: name, query: query)
    }
}

extension Configuration.Connection.Kind {
    /// What it is, with its article.
    fileprivate var noun: String {
        switch self {
        case .directory: "a directory"
        case .postgres: "a PostgreSQL database"
        case .sqlite: "an SQLite database"
        case .redis: "a Redis server"
        case .s3: "a bucket"
        case .docker: "a Docker engine"
        case .json: "a JSON file"
        }
    }
}
