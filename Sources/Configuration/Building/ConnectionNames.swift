import Retention

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
    func references(_ list: [Entry]) -> [QueryReference] { list.compactMap { $0.section.flatMap(dated) } }

    /// The queries of a list of `{ in, query }`, `{ in, keys }` and `{ in, field }`.
    func queries(_ list: [Entry]) -> [QueryReference] {
        list.compactMap(\.section).compactMap { section in
            guard section["query"] != nil else {
                let format = section.isWhole ? section["time_format"] : nil
                if let format { problems.add(format, "needs \"query\" beside it") }
                return nil
            }
            return dated(section)
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

    /// A query of `{ in, query }` that may name instants.
    private func dated(_ section: Section) -> QueryReference? {
        guard var reference = self.reference(section) else { return nil }
        checkTimeFormat(section, reference)
        reference.timeFormat = section.text("time_format").flatMap(TaskConfiguration.RowsSource.TimeFormat.init)
        return reference
    }

    /// To SQLite any number is less than any text: an instant of the wrong form would name everything, or nothing.
    private func checkTimeFormat(_ section: Section, _ reference: QueryReference) {
        guard section.isWhole, let query = section["query"] else { return }
        let format = section["time_format"]
        let name = SQLText(reference.query).parameters.first
        switch (connections[reference.connection]?.kind, name) {
        case (.sqlite?, let name?) where format == nil:
            let message =
                "names \":\(Shown.text(name))\", and SQLite has no type for times: write time_format beside it (iso,"
                + " epoch or epoch_ms), as the times are written that it is compared with"
            problems.add(query, message)
        case (.sqlite?, nil):
            if let format { problems.add(format, "has no effect: the query names no instant, as :cutoff is one") }
        case (.postgres?, _):
            if let format { problems.add(format, "is for SQLite: PostgreSQL has a type for times") }
        default: break
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
