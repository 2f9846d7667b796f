import Foundation
import Support
import Synchronization
import Testing

/// A configuration whose cycle tells a receiver, the receiver, and what it was told.
///
/// The address of the receiver and the secret are told by nobody: `expectNothingSecret` looks.
final class NotificationWorld: Sendable {
    /// What nobody may say: parts of the address's path, and the secret.
    static let secrets = ["T0s3cr3t", "tok3n", "s1gning"]
    private static let path = "/services/T0s3cr3t?token=tok3n"

    let folder: TemporaryFolder
    let cleanupd: CleanupdProcess
    private let url: String
    private let server: LoopbackServer
    private let taken: Taken

    private final class Taken: Sendable {
        let requests = Mutex<[LoopbackServer.Request]>([])
    }

    /// - Parameters:
    ///   - on: outcomes that are told.
    ///   - cycle: more keys of the cycle, which has one task that fails, `broken`, and one that succeeds, `logs`.
    ///   - answer: the receiver's response to each message, by how many came before.
    init(
        on: String,
        cycle: String = "every: 1h",
        tasks: String = "[broken]",
        answer: @escaping @Sendable (Int) -> Data = { _ in LoopbackServer.response("200 OK") }
    ) throws {
        let (folder, taken) = (try TemporaryFolder(), Taken())
        server = try LoopbackServer { request in
            let before = taken.requests.withLock { requests in
                defer { requests.append(request) }
                return requests.count
            }
            return answer(before)
        }
        url = "http://127.0.0.1:\(server.port)\(Self.path)"
        try Data("s1gning\n".utf8).write(to: URL(fileURLWithPath: folder.file("secret")))
        try FileManager.default.createDirectory(atPath: folder.file("data/logs"), withIntermediateDirectories: true)
        let text = """
            state: "sqlite:\(folder.file("state.db"))"
            http: { listen: "127.0.0.1:0" }
            connections:
              data: { url: "file://\(folder.file("data"))" }
              gone: { url: "file://\(folder.file("gone"))" }
            cycles:
              nightly:
                \(cycle)
                retry: { attempts: 1 }
                tasks: \(tasks)
                notify:
                  - on: \(on)
                    webhook: "${HOOK}"
                    secret: { file: "\(folder.file("secret"))" }
                    allow_local: true
            tasks:
              broken: { files: { in: gone, path: a }, remove: { older_than: 1h } }
              logs: { files: { in: data, path: logs }, remove: { older_than: 1h } }
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
        cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml"), "HOOK": url])
        self.folder = folder
        self.taken = taken
    }

    var place: String { "127.0.0.1:\(server.port)" }

    var requests: [LoopbackServer.Request] { taken.requests.withLock { $0 } }

    /// Lets the configuration name the address by a file, which is written.
    /// - Returns: the path of that file.
    func nameAddressByFile(_ text: String? = nil) throws -> String {
        let (configuration, file) = (folder.file("cleanup.yaml"), folder.file("hook"))
        try Data((text ?? url).utf8).write(to: URL(fileURLWithPath: file))
        let old = try String(contentsOfFile: configuration, encoding: .utf8)
        let new = old.replacingOccurrences(of: "\"${HOOK}\"", with: "{ file: \"\(file)\" }")
        if new == old { throw SupportError("The configuration does not name the address by its variable.") }
        try Data(new.utf8).write(to: URL(fileURLWithPath: configuration))
        return file
    }

    /// - Returns: the path of a file that the task `logs` would remove.
    func writeOldLog() throws -> String {
        let path = folder.file("data/logs/old.log")
        let date = Date(timeIntervalSince1970: 1_000_000_000)
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
        return path
    }

    /// Waits until so many messages have come.
    func waitForRequests(_ count: Int) async throws {
        let came = try await eventually(seconds: 60) { requests.count >= count ? true : nil }
        if came == nil { throw SupportError("\(requests.count) messages came, not \(count)") }
    }

    /// A message as JSON.
    func document(_ index: Int) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: requests[index].body) as? [String: Any])
    }

    /// Checks a signature as a receiver does, by Python's own means: the program's code has no part in it.
    func expectSigned(_ request: LoopbackServer.Request) async throws {
        let signature = try #require(request.headers["x-cleanupd-signature"])
        let program = """
            import hashlib, hmac, sys, time
            parts = dict(part.split("=", 1) for part in sys.argv[1].split(","))
            body = sys.stdin.buffer.read()
            wanted = hmac.new(b"s1gning", parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
            assert hmac.compare_digest(wanted, parts["v1"]), "wrong"
            assert abs(time.time() - int(parts["t"])) < 300, "old"
            """
        try await Command.run("/usr/bin/python3", ["-c", program, signature], input: request.body).check()
    }

    /// - Parameter texts: all that a program has said.
    static func expectNothingSecret(in texts: String..., source: SourceLocation = #_sourceLocation) {
        for secret in secrets {
            for text in texts { #expect(!text.contains(secret), "\(secret) is in: \(text)", sourceLocation: source) }
        }
    }

    /// What `run` writes with `--metrics-file`.
    var metricsFile: String { folder.file("cleanup.prom") }

    func metrics() async throws -> Exposition {
        try await Exposition(checking: try String(contentsOfFile: metricsFile, encoding: .utf8), .text)
    }
}
