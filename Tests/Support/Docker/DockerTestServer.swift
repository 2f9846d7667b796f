package import Foundation

/// A real Docker engine of the tests, with an image of one small program, and no network.
///
/// All of it lies in a temporary folder, apart from any other engine of the machine. It ends, and the folder goes, with
/// this object or with the test process, however that ends. Needs root.
package final class DockerTestServer: Sendable {
    /// The image that all containers are made from.
    package static let image = "tiny:1"

    /// One engine for all tests of the process that neither stop it nor mind others' containers, started when it is first
    /// asked for.
    package static func shared() async throws -> DockerTestServer {
        try await onThread { try started.get() }
    }

    private static let started = Result { try DockerTestServer(hasTLS: false) }

    /// Makes and starts an engine, which takes about a second.
    /// - Parameter hasTLS: listens on `tlsPort`, too, and takes only those who have `client.crt`.
    package static func started(hasTLS: Bool = false) async throws -> DockerTestServer {
        try await onThread { try DockerTestServer(hasTLS: hasTLS) }
    }

    /// On 127.0.0.1, if it has TLS.
    package let tlsPort: Int
    private let process: DockerProcess
    private let api: DockerSocket

    private init(hasTLS: Bool) throws {
        let folder = try DockerFolder()
        tlsPort = try Loopback.freePort()
        var hosts: [String] = []
        if hasTLS {
            try DockerCertificates(folder).make()
            hosts = [
                "--host", "tcp://127.0.0.1:\(tlsPort)", "--tlsverify", "--tlscacert", folder.file("ca.crt"),
                "--tlscert", folder.file("server.crt"), "--tlskey", folder.file("server.key"),
            ]
        }
        process = try DockerProcess(folder, hosts: hosts)
        api = DockerSocket(path: folder.file("docker.sock"))
        try start()
        try makeImage()
    }

    /// For `unix://`.
    package var socket: String { api.path }
    package var url: String { "unix://" + socket }
    package var tlsURL: String { "tcp://127.0.0.1:\(tlsPort)" }

    /// A file in its folder: `ca.crt`, `client.crt` and `client.key`, if it has TLS; or one of a test.
    package func file(_ name: String) -> String { process.folder.file(name) }

    /// All that the engine has logged since its first start.
    package var log: String { get throws { try process.log } }

    // MARK: Life

    /// Ends the engine, and what runs in its containers.
    package func stop() async throws { try await onThread { [self] in try process.stop() } }

    /// Starts it again.
    package func start() async throws { try await onThread { [self] in try start() } }

    /// It answers nobody until `resume`.
    package func pause() { process.signal(SIGSTOP) }

    /// It goes on.
    package func resume() { process.signal(SIGCONT) }

    private func start() throws {
        try process.start { [api] in
            guard access(api.path, F_OK) == 0 else { return false }
            do {
                return try api.send("GET", "/_ping").status == 200
            } catch is SupportError {
                return false
            }
        }
    }

    /// Writes times into containers as if they had passed, for which the engine stops and starts once.
    /// - Parameter times: of the making, the last start and the last end, by id.
    package func age(_ times: [String: Date]) async throws {
        try await onThread { [self] in
            try process.stop()
            for (id, time) in times { try Self.age(file("data/containers/\(id)/config.v2.json"), to: time) }
            try start()
        }
    }

    /// As `age(_:)`, of one container.
    package func age(_ id: String, to time: Date) async throws { try await age([id: time]) }

    private static func age(_ path: String, to time: Date) throws {
        let url = URL(fileURLWithPath: path)
        guard var config = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any],
            var state = config["State"] as? [String: Any]
        else { throw SupportError("\(path) is not what a container's file should be") }
        let text = time.formatted(.iso8601)
        config["Created"] = text
        for key in ["StartedAt", "FinishedAt"] where (state[key] as? String)?.hasPrefix("0001") == false {
            state[key] = text
        }
        config["State"] = state
        try JSONSerialization.data(withJSONObject: config).write(to: url)
    }

    // MARK: Image

    /// `run` prints and ends with 3, `run sleep` runs for two minutes, `run write` writes 1 MiB and ends.
    private static let source = """
        #include <fcntl.h>
        #include <poll.h>
        #include <string.h>
        #include <unistd.h>
        static char block[1 << 20];
        int main(int count, char **words) {
            write(1, "hello\\n", 6);
            if (count > 1 && !strcmp(words[1], "sleep")) poll(0, 0, 120000);  // two minutes
            if (count > 1 && !strcmp(words[1], "write")) {
                int file = open("/blob", O_CREAT | O_WRONLY, 0600);
                memset(block, 'x', sizeof block);
                return write(file, block, sizeof block) == sizeof block ? 0 : 1;
            }
            return 3;
        }
        """

    private func makeImage() throws {
        let root = file("image")
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try Self.source.write(toFile: file("run.c"), atomically: false, encoding: .utf8)
        let log = file("image.log")
        _ = try Spawned.run(
            ["/usr/bin/gcc", "-static", "-O1", "-s", "-w", "-o", root + "/run", file("run.c")],
            output: log
        )
        _ = try Spawned.run(["/bin/tar", "-C", root, "-cf", file("image.tar"), "."], output: log)
        let parts = Self.image.split(separator: ":")
        let uri = "/v1.41/images/create?fromSrc=-&repo=\(parts[0])&tag=\(parts[1])"
        let archive = try Data(contentsOf: URL(fileURLWithPath: file("image.tar")))
        let answer = try api.send("POST", uri, type: "application/x-tar", archive)
        guard answer.status == 200 else { throw SupportError("the image could not be made: \(answer)") }
    }

    /// Sends a request and throws unless the engine answers so. Blocking.
    @discardableResult
    func call(_ method: String, _ uri: String, _ body: [String: Any] = [:], expecting statuses: Set<Int>) throws -> (
        status: Int, body: Data
    ) {
        let data = body.isEmpty ? Data() : try JSONSerialization.data(withJSONObject: body)
        let answer = try api.send(method, "/v1.41" + uri, data)
        guard statuses.contains(answer.status) else {
            let text = String(decoding: answer.body, as: UTF8.self)
            throw SupportError("\(method) \(uri): the engine answers \(answer.status): \(text)")
        }
        return answer
    }
}
