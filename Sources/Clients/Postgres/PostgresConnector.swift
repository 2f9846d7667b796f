import CLibPQ

/// Makes connections: reads the URL, tries its hosts, and sets the session up.
struct PostgresConnector {
    let name: String
    let settings: PostgresSettings

    /// Sent to the server so that its administrator sees who it is; PostgreSQL keeps 63 bytes.
    static func applicationName(_ application: String) -> String {
        let full = application.hasPrefix("cleanupd") ? application : "cleanupd/\(application)"
        return full.utf8.count <= 63 ? full : "cleanupd"
    }

    /// - Throws: `.connection` (also for a URL that cannot be read), `.cancelled`, `.resources`, `.permission`.
    func connect(as application: String, isCancelled: () -> Bool) throws(PostgresError) -> PostgresHandle {
        let secrets = PostgresSecrets(url: settings.url, options: try parsed())
        // The URL overrides what stands before it, and what stands after it overrides the URL. Without the first four a
        // server whose machine vanished would be waited for for hours.
        let first = try start(
            [
                ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
                ("tcp_user_timeout", "60000"), ("dbname", settings.url),
                ("application_name", application), ("client_encoding", "UTF8"),
            ],
            secrets
        )
        let hosts = PostgresHosts(first.options)
        let raw: OpaquePointer
        if hosts.attempts.count == 1 {
            raw = try complete(first, isCancelled)
        } else {
            PQfinish(first.raw)
            raw = try firstOf(hosts.attempts, isCancelled)
        }
        let handle = try PostgresHandle(owning: raw, name: name, secrets: first.secrets)
        try setUp(handle, isCancelled)
        return handle
    }

    private func setUp(_ handle: PostgresHandle, _ isCancelled: () -> Bool) throws(PostgresError) {
        let deadline = ContinuousClock.now + settings.connectTimeout
        do throws(PostgresError) {
            try handle.simple(session, onStop: .lose) { isCancelled() || ContinuousClock.now >= deadline }
        } catch {
            throw isCancelled() ? .cancelled(name) : error
        }
    }

    /// libpq forgets its limit for connecting when it is polled, so hosts are tried one by one, each with its own.
    private func firstOf(_ attempts: [[PostgresOption]], _ isCancelled: () -> Bool) throws(PostgresError)
        -> OpaquePointer
    {
        var last: PostgresError?
        for options in attempts {
            do throws(PostgresError) {
                let secrets = PostgresSecrets(url: settings.url, options: options)
                return try complete(try start(options.map { ($0.keyword, $0.value) }, secrets), isCancelled)
            } catch  where error.code == .cancelled {
                throw error
            } catch {
                last = error
            }
        }
        throw last ?? .hostless(name)
    }

    /// Seven settings in one round trip, as statements, because poolers refuse start-up options that they do not know.
    private var session: String {
        settings.timeouts(local: false)
            + "; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET bytea_output = 'hex'; SET standard_conforming_strings = on"
    }

    private func parsed() throws(PostgresError) -> [PostgresOption] {
        guard !settings.url.utf8.contains(0) else { throw .unreadable(name, "it holds the character U+0000") }
        var message: UnsafeMutablePointer<CChar>?
        // nil: it cannot be read, and `message` says why; both are ours to free.
        guard let list = PQconninfoParse(settings.url, &message) else {
            defer { PQfreemem(message) }
            let text = message.map { String(cString: $0) } ?? "out of memory"
            throw .unreadable(name, PostgresSecrets(url: settings.url, options: []).redact(unreadable: text))
        }
        defer { PQconninfoFree(list) }
        return PostgresOption.list(list)
    }

    private struct Started {
        let raw: OpaquePointer
        let options: [PostgresOption]
        let secrets: PostgresSecrets
    }

    /// Begins to connect without waiting (only names of hosts are looked up by libpq itself).
    private func start(
        _ options: [(keyword: String, value: String)],
        _ secrets: PostgresSecrets
    ) throws(PostgresError) -> Started {
        let raw = CStringArray.with(options.map(\.keyword)) { keywords in
            CStringArray.with(options.map(\.value)) { values in
                // nil: no memory. A connection that failed at once has the status BAD.
                PQconnectStartParams(keywords, values, 1)
            }
        }
        guard let raw else { throw .noMemory(name) }
        let list = PQconninfo(raw)
        defer { PQconninfoFree(list) }
        let effective = PostgresOption.list(list)
        let started = Started(
            raw: raw,
            options: effective,
            secrets: PostgresSecrets(url: settings.url, options: effective + PostgresOption.list(secret: PQpass(raw)))
        )
        // The only way to learn the server's code (28P01) of a refused connection is to have it in the text.
        PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
        guard PQstatus(raw) != CONNECTION_BAD else { throw failure(started) }
        return started
    }

    /// Polls a connection until it is ready. Frees it if it throws.
    private func complete(_ started: Started, _ isCancelled: () -> Bool) throws(PostgresError) -> OpaquePointer {
        let timeout = connectTimeout(started.options)
        let deadline = ContinuousClock.now + timeout
        var state = PGRES_POLLING_WRITING
        while true {
            switch state {
            case PGRES_POLLING_OK: return started.raw
            case PGRES_POLLING_FAILED: throw failure(started)
            default: break
            }
            guard !isCancelled() else {
                PQfinish(started.raw)
                throw .cancelled(name)
            }
            guard ContinuousClock.now < deadline else { throw timedOut(started, timeout) }
            let wanted: SocketWait.Readiness = state == PGRES_POLLING_READING ? .readable : .writable
            if SocketWait.poll(PQsocket(started.raw), for: wanted).isEmpty { continue }
            state = PQconnectPoll(started.raw)
        }
    }

    private func connectTimeout(_ options: [PostgresOption]) -> Duration {
        let seconds = options.first { $0.keyword == "connect_timeout" }.flatMap { Int64($0.value) } ?? 0
        return seconds > 0 ? .seconds(seconds) : settings.connectTimeout
    }

    /// The error of a failed connection, which is freed.
    private func failure(_ started: Started) -> PostgresError {
        defer { PQfinish(started.raw) }
        let message = PQerrorMessage(started.raw).map { String(cString: $0) } ?? ""
        return .connecting(name, started.secrets.redact(connecting: message))
    }

    private func timedOut(_ started: Started, _ timeout: Duration) -> PostgresError {
        defer { PQfinish(started.raw) }
        let place = "\(PQhost(started.raw).map { String(cString: $0) } ?? "")"
        let text = started.secrets.redact(connecting: "no answer from \"\(place)\" within \(timeout)")
        return .unanswered(name, text)
    }
}
