import CleanupConfiguration
import Clients
import Retention
import Stores

/// Whether the buckets, Docker engines and JSON files of a configuration are there, and what they can do.
struct ServersCheck: Sendable {
    let connections: Connections
    let memory: ReferenceMemory

    private var configuration: Configuration { connections.configuration }

    struct Outcome: Sendable {
        /// What there is to say, line by line; nothing where there are no such connections.
        var lines: [String] = []
        /// Connections that cannot be used and are not optional.
        var failures = 0
    }

    /// Blocking. Writes and removes one object in each bucket, of its own; nothing else.
    func run() -> Outcome {
        var outcome = Outcome()
        for (name, connection) in configuration.connections.sorted(by: { $0.key < $1.key }) {
            do {
                outcome.lines += try lines(name, connection.kind).map { "connection \(name): \($0)" }
            } catch let error as StoreError where error.code == .missing && connection.optional {
                outcome.lines.append("\(ConnectionLine.of(error, at: name)) (It need not be there.)")
            } catch {
                outcome.lines.append(ConnectionLine.of(error, at: name))
                outcome.failures += 1
            }
        }
        return outcome
    }

    private func lines(_ name: String, _ kind: Configuration.Connection.Kind) throws -> [String] {
        switch kind {
        case .s3: try bucket(connections.objects(name), name)
        case .docker: try engine(connections.containers(name))
        case .json(let path): try records(name, path)
        case .directory, .postgres, .sqlite, .redis: []
        }
    }

    private func bucket(_ server: ObjectsServer, _ name: String) throws -> [String] {
        let copies = try copies(server, name)
        // Where copies are, nobody may need the right to remove; not even for an object of our own.
        let isProbed = copies.isEmpty || configuration.tasks.contains { $0.removesCurrentObjects(of: name) }
        guard isProbed else { return ["\(server.server) is there"] + copies }
        return try deletions(server, name) + copies
    }

    /// What is copied there. Throws `StoreError` if it cannot be asked for.
    private func copies(_ server: ObjectsServer, _ name: String) throws -> [String] {
        let prefixes = configuration.tasks.compactMap(\.archiveTo).filter { $0.connection == name }.map(\.prefix)
        return try Set(prefixes).sorted().map { prefix in
            try CopyDestination(server: server, prefix: prefix).requireThere()
            let place = prefix.isEmpty ? "" : " as \(DisplayName.printable(prefix.utf8))…"
            return "files are copied to it\(place) before they are removed; nothing was written to try that"
        }
    }

    private func deletions(_ server: ObjectsServer, _ name: String) throws -> [String] {
        let prefix = configuration.probePrefix(of: name)
        let found = try server.capabilities(prefix: prefix)
        let versions =
            switch found.versioning {
            case .off: "it keeps no versions"
            case .enabled: "it keeps versions"
            case .suspended: "it has kept versions before"
            case nil: "it does not say whether it keeps versions"
            }
        let place = prefix.isEmpty ? "" : " beneath \(prefix)"
        return [
            "\(server.server) is there; \(versions)", Self.deletions(found),
            "to find that out, one object of our own was written and removed\(place)",
        ]
    }

    /// Whether what is overwritten meanwhile stays.
    static func deletions(_ found: S3Capabilities) -> String {
        let consequence = "tasks on current objects are refused unless allow: { unconditional: true } stands in them"
        return switch found.conditionalDelete {
        case true: "deletions are conditional: what is overwritten after it was planned stays"
        case false:
            "deletions are not conditional, the server ignores If-Match: \(consequence); what is overwritten between the"
                + " last look and its deletion then is lost"
        default:
            "it is not known whether deletions are conditional: \(consequence)"
                + (found.unknownReason.map { " (\($0))" } ?? "")
        }
    }

    private func engine(_ server: ContainersServer) throws -> [String] {
        do throws(DockerError) {
            let version = try server.version()
            return [Self.engine(version.engine, spoken: version.spoken.map { "\($0)" })]
        } catch {
            throw StoreError(error.code == .notThere ? .missing : .unreadable, error.message)
        }
    }

    /// - Parameter interface: `nil` = none that is spoken here.
    static func engine(_ version: String, spoken interface: String?) -> String {
        let spoken = interface.map { "its interface \($0) is spoken" } ?? "its interface is too old; update it"
        return "Docker \(version) is there; \(spoken)"
    }

    /// Each place in the file whose entries a task cleans, and each field that others are named by.
    private func records(_ name: String, _ path: String) throws -> [String] {
        var lines: [String] = []
        for task in configuration.tasks where task.connection == name {
            guard let records = task.records else { continue }
            lines += try entries(task, records, path)
        }
        for field in Set(configuration.tasks.flatMap(\.referencedByFields).filter { $0.connection == name }) {
            var names = 0
            try RecordsNames(file: path, pointer: field.pointer, field: field.field)
                .read(isCancelled: { false }) { _ in names += 1 }
            lines.append("\(path) can be read; its field \"\(field.field)\"\(Self.at(field.pointer)) names \(names)")
        }
        return lines
    }

    private func entries(
        _ task: TaskConfiguration,
        _ records: TaskConfiguration.RecordsSource,
        _ path: String
    ) throws -> [String] {
        let context = StoreContext(
            connections: connections,
            memory: memory,
            task: task,
            policy: task.policy,
            isForced: false
        )
        let store = RecordsStore(
            file: path,
            specification: RecordsBuilder(context: context).specification(records),
            now: { SystemClock.now() }
        )
        let source = try store.openSource(asOf: SystemClock.now())
        let summary = try source.scan(workers: 1, isCancelled: { false }, emit: { _ in })
        let corrupt = summary.errorCount == 0 ? "none is corrupt" : "corrupt, so that they stay: \(summary.errorCount)"
        return ["\(path) can be read; candidates\(Self.at(records.pointer)): \(summary.examined); \(corrupt)"]
            + summary.errors.prefix(3).map { "\($0.path): \($0.message)" }
    }

    private static func at(_ pointer: String) -> String { pointer.isEmpty ? "" : " at \(pointer)" }
}
