import Clients
import Foundation
import Glibc
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// Why a file stays of whose copy a server says what it must not, to the letter. A real server behind somebody who answers
/// some requests himself.
@Suite("Copies: texts of answers", .timeLimit(.minutes(5)))
struct CopyAnswerErrorTextsTests {
    private static let letters = CopyFaultTests.letters
    /// Beside the copy of the file of letters.
    private static let words = ["cleanupd-sha256": CopyFaultTests.digest, "cleanupd-size": "100"]

    /// What is said of a file; `SERVER` stands for the server.
    /// - Parameters:
    ///   - there: the copy that is there already, with the words of the file of letters.
    ///   - fate: of the requests of the run.
    private static func text(
        _ name: String = "a.zip",
        _ contents: [UInt8] = CopyFaultTests.letters,
        there: [UInt8]? = nil,
        _ fate: @escaping CopyWorld.Fate = { _ in .pass }
    ) async throws -> String? {
        try await CopyWorld.with(fate: fate) { world in
            try world.write(name, contents)
            if let there {
                let key = name.hasSuffix(".zip") ? "copies/\(name)" : "copies/\(name).gz"
                try await world.client.put(key: key, body: there, metadata: words)
            }
            let detail = try await world.run(leastPart: CopyWorld.smallPart)[name]?.detail
            #expect(world.contents(name) == contents)
            return detail?.replacing(world.server.server, with: "SERVER")
        }
    }

    /// Whether the server is asked what is there under the key of `a.zip`.
    private static func isLook(_ request: S3Proxy.Request) -> Bool {
        request.method == "HEAD" && request.path.hasSuffix("/a.zip")
    }

    // MARK: What is there

    @Test func whatIsInTheWayIsSaidInWords() async throws {
        let other = try await CopyWorld.with { world in
            try world.write("a.zip", Self.letters)
            try await world.client.put(key: CopyFaultTests.key, body: [1, 2, 3])
            return try await world.run()["a.zip"]?.detail
        }
        #expect(
            other
                == "a.zip stays: its copy would be copies/a.zip in vault, where something else is, which is not overwritten; "
                + "move one of them away"
        )
        let earlier = try await Self.text { request in
            Self.isLook(request) ? .say(CopyFaultTests.head(length: 100, etag: "0")) : .pass
        }
        #expect(
            earlier
                == "a.zip stays: copies/a.zip in vault is the copy of an earlier file with the same contents, and goes by "
                + "its own age; move one of them away"
        )
        let meanwhile = try await Self.text { request in
            Self.isLook(request) && request.count == 2 ? .say(CopyFaultTests.head(length: 99, etag: "0")) : .pass
        }
        #expect(
            meanwhile
                == "a.zip stays: copies/a.zip in vault was made by somebody else meanwhile, and is not overwritten"
        )
    }

    @Test func aCopyThatHoldsSomethingElseIsSaidInWords() async throws {
        let other = [UInt8](repeating: UInt8(ascii: "y"), count: 100)
        #expect(
            try await Self.text(there: other)
                == "a.zip stays: copies/a.zip in vault does not hold what the file holds; look at both"
        )
        let longer = try GzipBody.compress(Self.letters + other)
        let copies: [([UInt8], String)] = [
            (Self.letters, "it is not what gzip writes, or is damaged"), ([0x1F, 0x8B, 8, 0], "it ends too early"),
            (longer, "it holds more than the original"),
        ]
        for (copy, finding) in copies {
            #expect(
                try await Self.text("a", there: copy)
                    == "a stays: copies/a.gz in vault is not what was sent: \(finding)"
            )
        }
    }

    @Test func aCopyThatGoesMeanwhileIsSaidInWords() async throws {
        let other = [UInt8](repeating: UInt8(ascii: "y"), count: 100)
        let replaced = try await Self.text(there: other) { request in
            request.method == "GET"
                ? .say(S3Proxy.answer("412 Precondition Failed", code: "PreconditionFailed")) : .pass
        }
        #expect(replaced == "a.zip stays: copies/a.zip in vault was replaced or removed while it was read back")
        let forgotten = try await Self.text { request in
            request.method == "PUT" ? .say(S3Proxy.answer("200 OK", headers: ["ETag: \"0\""])) : .pass
        }
        #expect(
            forgotten == "a.zip stays: copies/a.zip in vault was sent, but is not there; somebody else writes there"
        )
        let shorter = try await Self.text { request in
            // Twice before it is sent, and once afterwards.
            Self.isLook(request) && request.count > 2 ? .say(CopyFaultTests.head(length: 99, etag: "0")) : .pass
        }
        #expect(shorter == "a.zip stays: 100 bytes were sent to copies/a.zip in vault, but the server has 99")
    }

    // MARK: Parts

    private static let large = CopyWorld.noise(2 * CopyWorld.smallPart)
    private static let refused =
        "403 AccessDenied as the test wants it; give the user the right to do so, or check access key, secret key and "
        + "region"

    @Test(arguments: [
        (
            "403 Forbidden", "AccessDenied",
            "vault: the S3 server SERVER refused the abortion of an upload of \"copies/a.zip\": \(refused)"
        ),
        ("409 Conflict", "OperationAborted", "the server does not say whether they are"),
    ])
    func partsThatCannotBeTakenBackAreSaidInWords(_ status: String, _ code: String, _ why: String) async throws {
        let text = try await Self.text("a.zip", Self.large) { request in
            if request.method == "DELETE" { return .say(S3Proxy.answer(status, code: code)) }
            guard request.path.contains("partNumber=2") else { return .pass }
            return .say(S3Proxy.answer("403 Forbidden", code: "AccessDenied"))
        }
        #expect(
            text
                == "a.zip stays: its copy: vault: the S3 server SERVER refused part 2 of \"copies/a.zip\": "
                + "\(Self.refused); parts of an upload may be left, which a task on uploads removes (\(why))"
        )
    }

    @Test func partsOfWhichNobodyKnowsWhatBecameOfThemAreSaidInWords() async throws {
        let text = try await Self.text("a.zip", Self.large) { request in
            guard request.method == "POST", request.path.contains("uploadId=") else { return .pass }
            return .say(S3Proxy.answer("400 Bad Request", code: "InvalidPart"))
        }
        #expect(
            text
                == "a.zip stays: its copy: vault: the S3 server SERVER refused the end of an upload of \"copies/a.zip\": 400 "
                + "InvalidPart as the test wants it; parts of an upload may be left, which a task on uploads removes "
                + "(whether they were put together is not known)"
        )
    }

    // MARK: The file

    /// The copy is there; what is said of the removal names the file, and once is enough.
    @Test func aFileThatCannotBeRemovedIsNamedOnce() async throws {
        try #require(geteuid() == 0, "chattr +i needs root.")
        let folder = Mutex("")
        let fate: CopyWorld.Fate = { request in
            if Self.isLook(request), request.count == 3 { Self.mark(folder.withLock { $0 }, isImmutable: true) }
            return .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            folder.withLock { $0 = world.root }
            defer { Self.mark(world.root, isImmutable: false) }
            let results = try await world.run()
            #expect(
                results["a.zip"]?.detail
                    == "Cannot remove a.zip: Operation not permitted. It belongs to another user in a sticky directory, "
                    + "or is immutable: run as its owner, or chattr -i."
            )
            #expect(world.contents("a.zip") == Self.letters)
            #expect(try await world.object(CopyFaultTests.key) == Self.letters)
        }
    }

    /// `FS_IOC_GETFLAGS` and `FS_IOC_SETFLAGS`; 0x10 is immutable.
    private static func mark(_ path: String, isImmutable: Bool) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(folder) }
        var flags = 0
        guard ioctl(folder, 0x8008_6601, &flags) == 0 else { return }
        flags = isImmutable ? flags | 0x10 : flags & ~0x10
        _ = ioctl(folder, 0x4008_6602, &flags)
    }
}
