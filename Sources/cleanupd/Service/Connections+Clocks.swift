import CleanupConfiguration
import Clients
import Coordination
import Stores

extension Connections {
    /// The clocks of the servers that tasks work with.
    var clocks: [ClockSource] {
        let names = configuration.tasks.filter(\.enabled).flatMap { task in
            [task.connection] + task.owns.map(\.things.connection) + [task.archiveTo?.connection].compactMap(\.self)
        }
        return Set(names).sorted().compactMap { name in
            switch configuration.connections[name]?.kind {
            case .postgres:
                ClockSource(name: name) { [self] in
                    try await Blocking.run { try self.server(name).time() }
                }
            case .redis:
                ClockSource(name: name) { [self] in
                    try await Blocking.run { try self.keys(name).time() }
                }
            case .s3:
                ClockSource(name: name, seen: { [self] in try self.objects(name).clockOffset })
            case .directory, .sqlite, .json, .docker, nil: nil
            }
        }
    }
}

extension Connections {
    /// Connections whose circuit breaker is known, and whether it refuses calls now.
    var circuits: [String: Bool] {
        handles.compactMapValues { handle in
            if case .rows(_, server: let server?) = handle { server.breaker.isOpen } else { nil }
        }
    }
}

extension Connections {
    /// Buckets that are open, and whether they delete only what has not changed; `nil` = not known.
    var conditions: [String: Bool?] {
        handles.compactMapValues { handle -> Bool?? in
            if case .objects(let server) = handle { .some(server.knownConditions) } else { nil }
        }
    }
}

extension PostgresServer {
    /// The server's wall clock in seconds since 1970. Blocking. Throws `PostgresError`.
    func time() throws -> Double {
        try withConnection(as: "clock") { connection in
            let rows = try connection.query("SELECT extract(epoch FROM clock_timestamp())::float8")
            guard let seconds = try rows.first?.double(0) else {
                throw StoreError(.unreadable, ServiceWords.noClock(name))
            }
            return seconds
        }
    }
}
