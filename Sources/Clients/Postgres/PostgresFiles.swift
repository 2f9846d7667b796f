import CLibPQ

/// The files that libpq reads to connect: keys, certificates and passwords.
///
/// Source: libpq, "Parameter Key Words", "Environment Variables" and "SSL Support".
package enum PostgresFiles {
    private static let keywords: Set = ["sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile"]
    private static let variables = [
        "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGSSLCRL", "PGSSLCRLDIR", "PGPASSFILE", "PGSERVICEFILE",
    ]
    private static let usual = [
        ".pgpass", ".pg_service.conf", ".postgresql/postgresql.crt", ".postgresql/postgresql.key",
        ".postgresql/root.crt", ".postgresql/root.crl",
    ]

    /// What a URI or a conninfo string names, or the service that it or the environment names, as it is written there; nothing
    /// if libpq cannot read it, which whoever connects is told. Blocking.
    package static func named(by url: String) -> [String] {
        guard !url.utf8.contains(0), let list = PQconninfoParse(url, nil) else { return [] }
        defer { PQconninfoFree(list) }
        let options = PostgresOption.list(list) + effective(url)
        return options.filter { keywords.contains($0.keyword) && !$0.value.isEmpty }.map(\.value)
    }

    /// With those of the environment and of a service file, which libpq reads only to connect: to an address that is none, so
    /// that nothing is sent to a server, and with a password, so that none is looked for.
    private static func effective(_ url: String) -> [PostgresOption] {
        let raw = CStringArray.with(["dbname", "hostaddr", "password"]) { keywords in
            CStringArray.with([url, "nowhere", "none"]) { values in PQconnectStartParams(keywords, values, 1) }
        }
        defer { PQfinish(raw) }
        let list = PQconninfo(raw)
        defer { PQconninfoFree(list) }
        return PostgresOption.list(list)
    }

    /// What the environment names, and what libpq looks for in the home directory.
    package static func usual(environment: [String: String], home: String) -> [String] {
        let system = environment["PGSYSCONFDIR"].map { $0 + "/pg_service.conf" }
        let named = variables.compactMap { environment[$0] } + [system].compactMap(\.self)
        return named.filter { !$0.isEmpty } + usual.map { home + "/" + $0 }
    }
}
