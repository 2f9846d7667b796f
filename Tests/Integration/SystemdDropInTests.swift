import Foundation
import Support
import Testing

/// What `cleanupd check --systemd` prints, beside the unit that is shipped.
@Suite(.timeLimit(.minutes(5)))
struct SystemdDropInTests {
    @Test func eachFolderThatTheConfigurationChangesIsNamed() async throws {
        let folder = try TemporaryFolder()
        for name in ["plain", "with blanks", "100%", #"quoted"back\slash"#] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: false)
        }
        let text = try await dropIn(folder, roots: ["plain", "with blanks", "100%", #"quoted"back\slash"#, "missing"])
        let lines = text.split(separator: "\n").map(String.init)
        let root = folder.path
        let writable = lines.filter { $0.hasPrefix("ReadWritePaths=") }
        #expect(
            Set(writable) == [
                "ReadWritePaths=\(root)", "ReadWritePaths=\(root)/plain", "ReadWritePaths=\"\(root)/with blanks\"",
                "ReadWritePaths=\(root)/100%%", #"ReadWritePaths="\#(root)/quoted\"back\\slash""#,
                "ReadWritePaths=-\(root)/missing",
            ]
        )
        #expect(lines.filter { $0.hasPrefix("RequiresMountsFor=") }.count == writable.count)
        #expect(!text.contains("/dev/null"))
        let missing = try #require(lines.firstIndex(of: "ReadWritePaths=-\(root)/missing"))
        #expect(lines[missing - 1].hasPrefix("# Not there"))
    }

    @Test func systemdTakesEachLineOfItWithTheUnit() async throws {
        let folder = try TemporaryFolder()
        let text = try await dropIn(folder, roots: ["with blanks", "100%", #"quoted"back\slash"#, "missing"])
        #expect(try await problems(text, folder).isEmpty)
        // It would say so.
        let broken = text.replacingOccurrences(of: "ReadWritePaths=-/", with: "ReadWritePaths=-")
        #expect(broken != text)
        #expect(try await !problems(broken, folder).isEmpty)
    }

    @Test(arguments: [
        ("/home/app/files", "ProtectHome=read-only"), ("/var/tmp/uploads", "PrivateTmp=no"), ("/var", "PrivateTmp=no"),
        ("/run", "ProtectHome=read-only"),
    ])
    func whatTheUnitHidesIsOpenedWhereItIsNeeded(root: String, line: String) async throws {
        let folder = try TemporaryFolder()
        let text = try await dropIn(folder, roots: [root], state: "/var/lib/cleanupd/state.db")
        #expect(text.split(separator: "\n").contains(Substring(line)))
        #expect(text.contains("ReadWritePaths=-\(root)\n") || text.contains("ReadWritePaths=\(root)\n"))
        #expect(!text.contains("Paths=/var/lib/cleanupd"), "the unit has it as its state folder")
        #expect(try await problems(text, folder).isEmpty)
    }

    /// Otherwise the service would not see it, and delete.
    @Test func aHoldFileThatTheUnitWouldHideIsSeen() async throws {
        let folder = try TemporaryFolder()
        let state = "/var/lib/cleanupd/state.db"
        let text = try await dropIn(folder, roots: ["/srv/uploads"], state: state, pace: "hold_file: /tmp/hold")
        #expect(text.contains("PrivateTmp=no\n"))
        #expect(try await !dropIn(folder, roots: ["/srv/uploads"], state: state).contains("PrivateTmp"))
    }

    /// `${TMPDIR}` in the configuration would be another folder for the service than for who made this.
    @Test func theUnitIsGivenNoVariableThatAConfigurationNames() async throws {
        let folder = try TemporaryFolder()
        let text = try await dropIn(folder, roots: ["/tmp"], state: "/var/lib/cleanupd/state.db")
        let variables = text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("Environment=") }
        #expect(variables == ["Environment=CLEANUPD_TMPDIR=/var/lib/cleanupd"])
    }

    @Test func withoutFilesNothingIsOpened() async throws {
        let folder = try TemporaryFolder()
        let text = try await dropIn(folder, roots: [], state: "/var/lib/cleanupd/state.db")
        #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("#") })
    }

    @Test func aPathThatNoUnitCanNameIsRefused() async throws {
        let folder = try TemporaryFolder()
        try Self.write(["with\\nline"], folder, state: folder.file("state.db"))
        let answer = try await CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
            .run("check", "--systemd")
        #expect(answer.code == 2)
        #expect(answer.text.isEmpty, "half a drop-in would be one")
        #expect(answer.errorText.contains(#"with\x0Aline"#) && answer.errorText.contains("Rename the folder."))
    }

    @Test func aMisspelledTaskIsShownTheOneThatIsMeant() async throws {
        let folder = try TemporaryFolder()
        try Self.write(["uploads"], folder, state: folder.file("state.db"))
        let answer = try await CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
            .run("plan", "taks0")
        #expect(answer.code == 2)
        #expect(answer.errorText.contains(#"; did you mean "task0"? Its tasks: task0."#), "\(answer.errorText)")
    }

    private func dropIn(
        _ folder: TemporaryFolder,
        roots: [String],
        state: String? = nil,
        pace: String = ""
    ) async throws -> String {
        try Self.write(roots, folder, state: state ?? folder.file("state.db"), pace: pace)
        let cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
        let answer = try await cleanupd.run("check", "--systemd")
        #expect(answer.code == 0, "\(answer.errorText)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("state.db")), "it only prints")
        return answer.text
    }

    /// What `systemd-analyze verify` says of the shipped unit with this drop-in.
    private func problems(_ dropIn: String, _ folder: TemporaryFolder) async throws -> [Substring] {
        let shipped = Project.file("deploy/systemd/cleanupd.service")
        let unit = try String(contentsOf: shipped, encoding: .utf8)
            .replacingOccurrences(of: "/usr/bin/cleanupd ", with: "/bin/true ")
            .replacing(/(?m)^Documentation=.*\n/, with: "")
        let units = folder.url.appending(path: "units")
        let extra = units.appending(path: "cleanupd.service.d")
        try FileManager.default.createDirectory(at: extra, withIntermediateDirectories: true)
        try Data(unit.utf8).write(to: units.appending(path: "cleanupd.service"))
        try Data(dropIn.utf8).write(to: extra.appending(path: "paths.conf"))
        let path = units.appending(path: "cleanupd.service").path
        let answer = try await Command.run("/usr/bin/systemd-analyze", ["verify", path])
        return answer.errorText.split(separator: "\n").filter { $0.contains("cleanupd") }
    }

    private static func write(
        _ roots: [String],
        _ folder: TemporaryFolder,
        state: String,
        pace: String = ""
    ) throws {
        let held = pace.isEmpty ? "" : ", pace: { \(pace) }"
        var lines = ["state: \"sqlite:\(state)\"", "http: { listen: \"127.0.0.1:0\" }", "connections:"]
        for (index, root) in roots.enumerated() {
            let path = "file://" + (root.hasPrefix("/") ? root : "\(folder.path)/\(root)")
            let quoted = root.contains("\\n") ? "\"\(path)\"" : "'\(path)'"
            lines.append("  place\(index): { url: \(quoted) }")
        }
        if roots.isEmpty { lines.append("  spare: { url: \"unix:///run/docker.sock\" }") }
        lines.append("tasks:")
        for index in roots.indices {
            lines.append("  task\(index): { files: { in: place\(index) }, remove: { older_than: 30d }\(held) }")
        }
        if roots.isEmpty { lines.append("  ended: { containers: { in: spare }, remove: { older_than: 30d } }") }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.url.appending(path: "cleanup.yaml"))
    }
}
