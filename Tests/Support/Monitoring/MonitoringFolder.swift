import Foundation
import Synchronization

/// The folder of a stack of servers, as `ServerFolder`.
final class MonitoringFolder: Sendable {
    private let folder: ServerFolder
    private let children = Mutex<[Spawned]>([])

    init() throws { folder = try ServerFolder(watch: Self.watch, seconds: 20) }

    deinit {
        folder.letGo()
        for child in children.withLock({ $0 }) {
            do {
                _ = try child.wait(seconds: 20)
            } catch {
                // It was waited for when it was stopped.
                continue
            }
        }
    }

    var path: String { folder.path }

    func file(_ name: String) -> String { folder.file(name) }

    /// Starts a program with nothing in its environment but what is said and `CleanupdProcess.passed`; its output is
    /// appended to `log`.
    func start(_ arguments: [String], environment: [String: String], log: String) throws -> Spawned {
        var all = environment
        all["MONITORING_FOLDER"] = path
        let settings = CleanupdProcess(environment: all).wholeEnvironment.map { "\($0.key)=\($0.value)" }
        let child = try Spawned(["/usr/bin/env", "-i"] + settings + arguments, output: file(log))
        children.withLock { $0.append(child) }
        let line = Data("\(child.pid)\n".utf8)
        let pids = file("pids")
        if access(pids, F_OK) != 0 { try Data().write(to: URL(fileURLWithPath: pids)) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: pids))
        try handle.seekToEnd()
        try handle.write(contentsOf: line)
        try handle.close()
        return child
    }

    /// Only processes that bear the mark of this folder: a number may have gone to somebody else meanwhile.
    private static let watch = """
        for pid in $(cat "$1/pids"); do
            if tr '\\0' '\\n' < "/proc/$pid/environ" | grep -qxF "MONITORING_FOLDER=$1"; then kill -KILL "$pid"; fi
        done
        n=0
        while ! rm -rf -- "$1" && [ $n -lt 50 ]; do sleep 0.1; n=$((n + 1)); done
        """
}
