import Foundation
import Support
import Testing

/// F17: a preview makes no call that changes anything; a tracer looks on.
@Suite(.tags(.f17)) struct PreviewPurityTests {
    /// Calls that change names, files or what is known of them; `openat` is one if it asks for more than to read.
    private static let traced =
        "openat,open,creat,openat2,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,truncate,ftruncate,fallocate,"
        + "copy_file_range,unlink,unlinkat,rename,renameat,renameat2,rmdir,mkdir,mkdirat,link,linkat,symlink,symlinkat,"
        + "mknod,mknodat,chmod,fchmod,fchmodat,chown,fchown,fchownat,utimensat,setxattr,fsetxattr,removexattr,mount"

    private static func configuration(_ world: ProgramWorld) -> String {
        """
        state: sqlite:state.db
        connections:
          data: { url: "file://\(world.data.path)" }
          app: { url: "sqlite:\(world.folder.path)/app.db" }
          tokens: { url: "json:\(world.folder.path)/tokens.json" }
        tasks:
          logs:
            files: { in: data, match: ["*.log"] }
            compress: { older_than: 7d }
            remove: { older_than: 30d }
          folders:
            files: { in: data, match: ["folder*"], type: directory }
            remove: { older_than: 30d }
          rows:
            rows: { in: app, table: jobs, time: t }
            remove: { older_than: 30d }
          tokens:
            records: { in: tokens, time: at }
            remove: { older_than: 30d }
        """
    }

    /// The calls of a command that change something, after all that it said.
    private static func changes(of arguments: [String], _ world: ProgramWorld) async throws -> [String] {
        let trace = world.folder.appending(path: "trace")
        let tracer = [
            "/usr/bin/strace", "--follow-forks", "--seccomp-bpf", "--quiet=all", "--decode-fds=path",
            "--output=\(trace.path)", "--trace=\(traced)",
        ]
        let file = world.folder.appending(path: "all.yaml")
        try configuration(world).write(to: file, atomically: false, encoding: .utf8)
        let cleanupd = world.cleanupd(["CLEANUPD_CONFIG": file.path], launcher: tracer)
        let result = try await cleanupd.run(arguments + ["logs", "folders", "rows", "tokens"]).check()
        for task in ["logs", "folders", "rows", "tokens"] {
            #expect(result.text.contains("\(task): success"), "\(result.text)")
        }
        let lines = String(decoding: try Data(contentsOf: trace), as: UTF8.self).split(separator: "\n")
        return lines.map { String($0) }.filter { isChange($0) }
    }

    private static func isChange(_ line: String) -> Bool {
        // What it says, and what wakes its own threads.
        if line.contains(/^\d+ +writev?\(([12]<|\d+<(pipe:|anon_inode:))/) { return false }
        // ThreadSanitizer's own: the memory that it copies, and its report.
        if Scale.isUnderThreadSanitizer, line.contains(/"[^"]*\/(tsan\.rodata|race)\.\d+"|<\/tmp\/tsan\.rodata/) {
            return false
        }
        if line.contains(/^\d+ +open(at2?)?\(/) { return line.contains(/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/) }
        return line.contains(/^\d+ +\w+\(/)
    }

    /// A call on the ledger's own files, one that makes their names last, or the folder for temporary files of a process
    /// that is contained.
    private static func isItsOwn(_ line: String, _ world: ProgramWorld) -> Bool {
        line.contains("\(world.folder.path)/state.db") || line.contains("/cleanupd-\(geteuid())\", 0700)")
            || line.contains("sync(") && line.contains("<\(world.folder.path)>)")
    }

    @Test func aPreviewOfFilesRowsAndRecordsMakesNoCallThatChangesAnything() async throws {
        try await ProgramWorld.with(files: 9) { world in
            try await Self.fill(world)
            for arguments in [["plan"], ["run"]] {
                let before = try TreeSnapshot(of: world.data.path)
                let changes = try await Self.changes(of: arguments, world)
                // A run without --force writes into the ledger that it looked, and has its folder; nothing else.
                let others = changes.filter { arguments == ["plan"] || !Self.isItsOwn($0, world) }
                #expect(others == [], "\(arguments)")
                #expect(try TreeSnapshot(of: world.data.path) == before)
            }
            // The same look finds what a run does.
            let changes = try await Self.changes(of: ["run", "--force"], world)
            for place in ["unlinkat(", "renameat2(", "/app.db", "tokens.json"] {
                #expect(changes.contains { $0.contains(place) }, "\(place)")
            }
        }
    }

    /// Something for each task to remove.
    private static func fill(_ world: ProgramWorld) async throws {
        let script = """
            cd "$0" && mkdir data/folder && touch -d '60 days ago' data/folder
            sqlite3 app.db "CREATE TABLE jobs (id INTEGER PRIMARY KEY, t TEXT); CREATE INDEX i ON jobs (t);
                INSERT INTO jobs VALUES (1, '2020-01-01T00:00:00Z'), (2, '2199-01-01T00:00:00Z')"
            echo '{"a": {"at": "2020-01-01T00:00:00Z"}, "b": {"at": "2199-01-01T00:00:00Z"}}' > tokens.json
            """
        try await Command.run("/bin/sh", ["-c", script, world.folder.path]).check()
    }
}
