import Foundation

/// A child process that blocking code starts and waits for; its output goes to a file.
struct Spawned {
    let pid: pid_t

    /// - Parameters:
    ///   - arguments: the program's path, and what it is told.
    ///   - input: its standard input; `nil`: nothing.
    ///   - output: the file that its output and errors are appended to.
    init(_ arguments: [String], input: Int32? = nil, output: String, environment: [String: String] = [:]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Others start programs at the same time, and wait until the other end of a socket is closed; a server that has
        // inherited it would keep them waiting for as long as it lives. What is not open is no error.
        for other in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, other) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of the pool have most signals blocked, which a child would inherit; and Ctrl-C is for the tests,
        // which then end their children.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var pid: pid_t = 0
        let code = Self.withCStrings(arguments) { list in
            Self.withCStrings(all) { posix_spawn(&pid, arguments[0], &actions, &attributes, list, $0) }
        }
        guard code == 0 else {
            throw SupportError("\(arguments[0]) cannot be started: \(String(cString: strerror(code)))")
        }
        self.pid = pid
    }

    /// Waits for its end.
    /// - Returns: the exit code, or 128 + the signal; `nil` if it still runs after that time.
    func wait(seconds: Double) throws -> Int32? {
        var status: Int32 = 0
        var ended: pid_t = 0
        waitUntil(seconds: seconds) {
            ended = waitpid(pid, &status, WNOHANG)
            return ended != 0
        }
        guard ended != 0 else { return nil }
        guard ended == pid else { throw SupportError("waitpid: \(String(cString: strerror(errno)))") }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    }

    /// Runs a program to its end and gives what it printed; throws it if the program failed.
    static func run(_ arguments: [String], output: String, environment: [String: String] = [:]) throws -> String {
        let child = try Spawned(arguments, output: output, environment: environment)
        let code = try child.wait(seconds: 120)
        let text = try String(contentsOfFile: output, encoding: .utf8)
        guard code == 0 else {
            if code == nil { kill(child.pid, SIGKILL) }
            throw SupportError("\(arguments[0]) ended with \(code ?? -1): \(text)")
        }
        return text
    }

    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> Result
    ) rethrows -> Result {
        var pointers = strings.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        return try pointers.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else {
                preconditionFailure("an array with one element has an address")
            }
            return try body(start)
        }
    }
}
