import Foundation

/// The programs and files of a test server: its data, certificate, socket and log, in one folder.
struct PostgresFiles: Sendable {
    let folder: PostgresFolder
    private let programs: String

    init() throws {
        programs = try Self.newestPrograms()
        folder = try PostgresFolder()
        try makeCertificate()
        let passwordFile = try folder.newFile()
        try PostgresTestServer.password.write(toFile: passwordFile, atomically: false, encoding: .utf8)
        try folder.giveToServer(passwordFile)
        _ = try Spawned.run(
            command(
                "initdb",
                [
                    "-D", data, "-U", PostgresTestServer.user, "-A", "scram-sha-256", "--pwfile=\(passwordFile)", "-E",
                    "UTF8", "--locale=C.UTF-8", "--no-sync",
                ]
            ),
            output: try folder.newFile()
        )
        for name in ["server.crt", "server.key"] {
            try FileManager.default.moveItem(atPath: folder.path + "/" + name, toPath: data + "/" + name)
        }
        try "".write(toFile: log, atomically: false, encoding: .utf8)
    }

    var data: String { folder.path + "/server/data" }
    var socketFolder: String { folder.path + "/server" }
    var certificate: String { folder.path + "/ca.crt" }
    var log: String { folder.path + "/log" }

    func program(_ name: String) -> String { "\(programs)/\(name)" }

    /// The server refuses to be root.
    func command(_ name: String, _ arguments: [String]) -> [String] {
        let own = [program(name)] + arguments
        return getuid() == 0 ? ["/usr/sbin/runuser", "-u", PostgresFolder.rootsServant, "--"] + own : own
    }

    /// The server's own process; `nil` if there is none.
    var serverPID: pid_t? { state.first.flatMap { pid_t($0) } }

    /// Whether it takes connections.
    var isReady: Bool { state.count >= 8 && state[7].hasPrefix("ready") }

    /// Lines of postmaster.pid: the first is the pid, the eighth says how far it is.
    private var state: [String] {
        guard let text = FileManager.default.contents(atPath: data + "/postmaster.pid") else { return [] }
        return String(decoding: text, as: UTF8.self).components(separatedBy: "\n")
    }

    /// For the names and addresses of this machine, signed by itself.
    private func makeCertificate() throws {
        let (key, certificate) = (folder.path + "/server.key", folder.path + "/server.crt")
        try Self.makeCertificate(key: key, certificate: certificate, log: try folder.newFile())
        try FileManager.default.copyItem(atPath: certificate, toPath: self.certificate)
        for file in [key, certificate] { try folder.giveToServer(file) }
    }

    static func makeCertificate(key: String, certificate: String, log: String) throws {
        _ = try Spawned.run(
            [
                "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ],
            output: log
        )
    }

    private static func newestPrograms() throws -> String {
        let root = "/usr/lib/postgresql"
        var versions: [String] = []
        if FileManager.default.fileExists(atPath: root) {
            versions = try FileManager.default.contentsOfDirectory(atPath: root)
        }
        let folders = versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin" }
        guard let found = folders.first(where: { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }) else {
            throw SupportError("These tests need a PostgreSQL server: run `apt-get install postgresql`.")
        }
        return found
    }
}
