import Foundation

/// One program of a test's S3 server. It ends with the folder, whoever holds that.
struct S3Program {
    private let folder: RedisFolder
    private let name: String
    private let child: Spawned

    /// Where the Python packages of the tests are installed.
    static var programs: String {
        let python = ProcessInfo.processInfo.environment["CLEANUPD_PYTHON"]
        return python.map { ($0 as NSString).deletingLastPathComponent } ?? Project.file(".build/venv/bin").path
    }

    /// Starts it.
    /// - Parameters:
    ///   - name: of its log and its pid file.
    ///   - command: the program's path and its arguments.
    init(_ folder: RedisFolder, _ name: String, _ command: [String]) throws {
        guard FileManager.default.isExecutableFile(atPath: command[0]) else {
            throw SupportError("These tests need \(command[0]): run `make test`, which installs it.")
        }
        self.folder = folder
        self.name = name
        // By its folder the watcher knows that it is one of its own.
        let launcher = ["/bin/sh", "-c", #"cd "$1" && shift && exec "$@""#, "sh", folder.path]
        child = try Spawned(launcher + command, output: folder.file(name + ".log"))
        try "\(child.pid)".write(toFile: folder.file(name + ".pid"), atomically: true, encoding: .utf8)
    }

    /// Throws its log if it has ended.
    func check() throws {
        if try child.wait(seconds: 0) != nil { throw SupportError("\(name) has ended: \(try log)") }
    }

    func signal(_ number: Int32) { kill(child.pid, number) }

    /// The end of what it has printed.
    var log: String {
        get throws { String(try String(contentsOfFile: folder.file(name + ".log"), encoding: .utf8).suffix(4000)) }
    }
}
