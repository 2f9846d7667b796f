import ArgumentParser
import CleanupConfiguration
import Clients
import Foundation
import Retention
import Stores
import Support
import Testing

@testable import cleanupd

/// What the commands say of arguments that they do not take, to the letter. Each is refused before anything is done.
@Suite struct CommandErrorTextsTests {
    /// What is said; `nil` = the command takes them.
    private static func text(_ arguments: [String]) async -> String? {
        do {
            var command = try Cleanupd.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return nil
        } catch let failure as CommandFailure {
            return failure.message
        } catch {
            return Cleanupd.message(for: error)
        }
    }

    // MARK: Arguments

    @Test(arguments: [
        (["history", "--limit", "0"], "--limit must be at least 1."),
        (["history", "--search", "a"], "--search goes with --run."),
        (["run", "--dry-run", "--force"], "--dry-run and --force exclude each other."),
        (
            ["plan", "--save", "--at", "2026-01-01T00:00:00Z"],
            "--save and --at exclude each other: a plan of another time must not be applied."
        ),
        (
            ["plan", "--save", "--keep", "3"],
            "--save takes no overrides: apply refuses a plan made under another policy."
        ),
        (["report", "--json", "--html", "-"], "--json and --html - both want standard output; name a file."),
        (["simulate", "logs", "--size", "1GiB"], "--size goes with --every."),
        (["simulate", "logs", "--items=-1"], "--items must be at least 0."),
        (["schedule", "@daily", "--count", "0"], "--count must be 1 to 100000."),
        (
            ["check", "--offline", "--install-fence"],
            "--install-fence writes to databases, and --offline looks at none. Drop one."
        ),
        (
            ["check", "--systemd", "--install-fence"],
            "--systemd prints a drop-in and does nothing else. Drop --install-fence."
        ),
        (["plan", "--filter", "x"], "--filter x: say NAME=VALUE."),
        (["run", "--filter", "x"], "--filter x: say NAME=VALUE."),
    ])
    func argumentsThatDoNotFitSayWhatDoes(arguments: [String], expected: String) async {
        #expect(await Self.text(arguments) == expected)
    }

    @Test(arguments: [
        (
            ["schedule", "@daily", "--from", "x"],
            "--from: The time \"x\" is not of the form of RFC 3339. Write 2026-01-02T03:04:05Z, or 2026-01-02T03:04:05+01:00."
        ),
        (
            ["plan", "--at", "x"],
            "--at: The time \"x\" is not of the form of RFC 3339. Write 2026-01-02T03:04:05Z, or 2026-01-02T03:04:05+01:00."
        ),
        (["simulate", "logs", "--days", "0"], "--days: A simulation of 0 days is not possible. Write 1 to 3650."),
        (
            ["simulate", "logs", "--every", "x"],
            "--every: The duration \"x\" is none. Write whole numbers, each with its unit, such as 7d or 1d12h."
        ),
        (
            ["simulate", "logs", "--size", "x", "--every", "1d"],
            "--size: The size \"x\" is none. Write a whole number and a unit, such as 512KiB or 10MB."
        ),
        (
            ["report", "--since", "soon"],
            "--since: The duration \"soon\" is none. Write whole numbers, each with its unit, such as 7d or 1d12h. Or write a "
                + "day, such as 2026-10-01."
        ),
        (
            ["status", "--token-file", "/nowhere/token"],
            "--token-file: /nowhere/token cannot be read. Is it there, and readable?"
        ),
        (
            ["status", "--url", "ftp://x"],
            "ftp://x is no address of a service. Say http://HOST:PORT or https://HOST:PORT."
        ),
        (
            ["check", "--config", "/nowhere/cleanup.yaml"],
            "The configuration is refused:\n/nowhere/cleanup.yaml:1:1: the configuration cannot be opened: No such file or "
                + "directory; name another with --config or CLEANUPD_CONFIG"
        ),
    ])
    func valuesThatCannotBeReadSayWhatCan(arguments: [String], expected: String) async {
        #expect(await Self.text(arguments) == expected)
    }

    @Test func theSwitchOfContainmentIsOnOrOff() {
        #expect(
            errorText { _ = try ContainmentSwitch.isOn(in: ["CLEANUPD_CONTAINMENT": "no"]) }
                == "CLEANUPD_CONTAINMENT is \"no\": say on or off, or leave it out for on."
        )
    }

    // MARK: Files

    @Test func aFileThatIsNotReplacedSaysWhy() throws {
        let folder = try TemporaryFolder()
        let (empty, other, link) = (folder.file("empty"), folder.file("other"), folder.file("link"))
        try Data().write(to: URL(filePath: empty))
        try Data("backup".utf8).write(to: URL(filePath: other))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "nothing")
        let cases = [
            (link, "\(link) is a link that leads to nothing, and is not written through"),
            (empty, "\(empty) is there and empty, and is not replaced"),
            (other, "\(other) is there and no SVG file, and is not replaced"),
            (folder.path, "\(folder.path) is there and no SVG file, and is not replaced"),
            ("\(other)/x", "\(other)/x cannot be looked at (Not a directory)"),
        ]
        for (path, words) in cases {
            let text = errorText { try OutputFile(kind: .picture, path: path).check() }
            #expect(text == "--svg: \(words). Name another file.")
        }
        #expect(
            errorText { try OutputFile(kind: .page, path: other).write("") }
                == "--html: \(other) is there and no page of cleanupd report, and is not replaced. Name another file."
        )
    }

    @Test func aTokenFileThatIsEmptySaysWhatToDo() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("token")
        try Data("\n".utf8).write(to: URL(filePath: file))
        let text = await Self.text(["status", "--token-file", file])
        #expect(text == "--token-file: \(file) is empty. Write the token into it.")
        withExtendedLifetime(folder) {}
    }

    @Test func aDemoStaysAwayFromWhatIsThere() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(filePath: folder.file("mine")))
        #expect(
            errorText { try DemoData(folder: folder.url, now: Instant(seconds: 0)).make() }
                == "\(folder.url.path) is not empty. The demo makes its own data; name a new folder."
        )
    }

    @Test func aPathThatNoUnitCanNameIsSaid() {
        let place = AllowedPlace("/srv/a\u{7}b", .clean, for: "task logs")
        #expect(
            errorText { _ = try SystemdDropIn(places: [place], holdFiles: [], isThere: { _ in true }).text() }
                == "A unit of systemd cannot name /srv/a\\x07b: there is a control character in it. Rename the folder."
        )
    }

    @Test func secretsThatCannotBeReadAreNamedAndNotShown() {
        #expect(
            errorText { _ = try SecretText.read(.file("/nowhere/url"), of: "connection main") }
                == "The secret of connection main cannot be read from /nowhere/url. Is it there, and readable?"
        )
        #expect(
            CertificateDigest.unreadable("/nowhere/ca.pem", of: "main").message
                == "/nowhere/ca.pem, which connection main needs for TLS, cannot be read. Is it there, and readable?"
        )
    }

    // MARK: Servers

    @Test func anErrorOfAConnectionBeginsWithItsNameOnce() {
        let texts = [
            ("main: it does not answer.", "connection main: it does not answer."),
            ("Connection main is not PostgreSQL.", "connection main is not PostgreSQL."),
            ("It does not answer.", "connection main: It does not answer."),
        ]
        for (text, expected) in texts { #expect(ConnectionLine.of(SupportError(text), at: "main") == expected) }
    }
}
