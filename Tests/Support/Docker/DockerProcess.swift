import Foundation
import Synchronization

/// A dockerd with its own folder: images, containers, sockets and settings, apart from any other engine of the machine.
/// Calls block.
///
/// It lives in name spaces of its own for mounts and processes, which end with it: nothing stays mounted, and no
/// container runs on, however it ends.
final class DockerProcess: Sendable {
    static let program = "/usr/sbin/dockerd"

    /// An engine takes the machine's own containerd if there is one, and would then share containers with the machine's
    /// own engine: here their sockets cannot be seen.
    private static let hiding = """
        set -e
        for folder in /run/containerd /run/docker; do
            [ ! -d "$folder" ] || mount -t tmpfs none "$folder"
        done
        exec "$0" "$@"
        """

    let folder: DockerFolder
    private let arguments: [String]
    /// Holds the engine's name spaces; `nil` while it does not run.
    private let child = Mutex<Spawned?>(nil)

    /// - Parameter hosts: besides the socket, where it listens, and how.
    init(_ folder: DockerFolder, hosts: [String]) throws {
        guard FileManager.default.isExecutableFile(atPath: Self.program) else {
            throw SupportError("These tests need \(Self.program): run `scripts/install.sh test` (package docker.io).")
        }
        guard geteuid() == 0 else { throw SupportError("These tests start dockerd, which needs root.") }
        self.folder = folder
        // A machine's own settings are none of ours, and would contradict these.
        try "{}".write(toFile: folder.file("daemon.json"), atomically: false, encoding: .utf8)
        arguments =
            [
                "/usr/bin/unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                "/bin/sh", "-c", Self.hiding, Self.program, "--config-file", folder.file("daemon.json"), "--data-root",
                folder.file("data"), "--exec-root",
                folder.file("exec"), "--pidfile", folder.file("dockerd.pid"), "--host",
                "unix://" + folder.file("docker.sock"), "--storage-driver=vfs", "--bridge=none", "--iptables=false",
                "--ip6tables=false", "--ip-forward=false", "--shutdown-timeout=1",
            ] + hosts
    }

    deinit {
        // The folder's watcher ends what still runs.
        if let child = child.withLock({ $0 }) { endEngine(of: child) }
    }

    var log: String { get throws { try String(contentsOfFile: folder.file("log"), encoding: .utf8) } }

    /// Starts it, and waits until it answers.
    func start(_ answers: () throws -> Bool) throws {
        // What a killed one leaves behind would pass for a running one.
        unlink(folder.file("dockerd.pid"))
        let child = try Spawned(arguments, output: folder.file("log"))
        try "\(child.pid)".write(toFile: folder.file("engine.pid"), atomically: true, encoding: .utf8)
        var hasEnded = false
        let isUp = try waitUntil(seconds: 60) {
            hasEnded = try child.wait(seconds: 0) != nil
            return try hasEnded || answers()
        }
        guard isUp, !hasEnded else {
            if !hasEnded { kill(child.pid, SIGKILL) }
            throw SupportError("dockerd did not start; it needs root and the right to mount: \(try log)")
        }
        self.child.withLock { $0 = child }
    }

    /// Ends it as its administrator would; its containers end, too.
    func stop() throws {
        guard let child = child.withLock({ $0 }) else { throw SupportError("dockerd does not run") }
        endEngine(of: child)
        guard try child.wait(seconds: 30) != nil else { throw SupportError("dockerd did not end: \(try log)") }
        self.child.withLock { $0 = nil }
        unlink(folder.file("engine.pid"))
    }

    /// Sends the engine itself a signal.
    func signal(_ number: Int32) {
        if let child = child.withLock({ $0 }) { signal(number, engineOf: child) }
    }

    /// It takes the signals of an administrator.
    private func endEngine(of child: Spawned) { signal(SIGTERM, engineOf: child) }

    /// The engine is the only child of what holds its name spaces.
    private func signal(_ number: Int32, engineOf child: Spawned) {
        guard let data = FileManager.default.contents(atPath: "/proc/\(child.pid)/task/\(child.pid)/children"),
            let pid = String(decoding: data, as: UTF8.self).split(separator: " ").first.flatMap({ pid_t($0) })
        else { return }
        kill(pid, number)
    }
}
