import Clients
import Retention
import Support
import Testing

@testable import Stores

/// Why files have no copies, to the letter, as far as no server is needed for it. Nobody listens at the address of this one.
@Suite("Copies: texts of errors")
struct CopyErrorTextsTests {
    private static let destination = CopyDestination(
        server: ObjectsServer(
            name: "vault",
            settings: S3Settings(
                bucket: "b",
                endpoint: "http://127.0.0.1:1",
                style: .path,
                credentials: .fixed(S3Credentials(accessKey: "a", secretKey: "s"))
            )
        ),
        prefix: "copies/"
    )

    private static func text(_ body: () throws(CopyRefusal) -> Void) -> String? {
        do throws(CopyRefusal) {
            try body()
            return "nothing"
        } catch {
            return error.result.detail
        }
    }

    // MARK: Before anything is asked

    @Test func aFileWhoseCopyCanHaveNoKeyIsSaidInWords() {
        let noText = Self.text { () throws(CopyRefusal) in
            _ = try Self.destination.key(of: [UInt8(ascii: "a"), 0xFF], isPacked: true)
        }
        #expect(noText == "its name is not UTF-8, which keys of objects are; rename it")
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1_020)
        let tooLong = Self.text { () throws(CopyRefusal) in
            _ = try Self.destination.key(of: long[...], isPacked: true)
        }
        #expect(tooLong == "the key of its copy would have 1030 bytes, and 1024 is the most; shorten its path")
    }

    @Test func aFileThatIsTooLargeIsSaidInWords() {
        let text = Self.text { () throws(CopyRefusal) in _ = try Self.destination.partSize(of: .max) }
        #expect(
            text
                == "it has 9223372036854775807 bytes, more than 10000 parts of 67108864 bytes hold; "
                + "split it, or copy it otherwise"
        )
    }

    @Test func twoFilesOfOneKeyAreSaidInWords() {
        let text = Self.text { () throws(CopyRefusal) in
            try KeysInTheMaking.alone(with: "texts/a.gz", in: Self.destination.server) { () throws(CopyRefusal) in
                try KeysInTheMaking.alone(with: "texts/a.gz", in: Self.destination.server) {}
            }
        }
        #expect(text == "its copy would be texts/a.gz in vault, as that of another file which is copied now")
    }

    // MARK: What servers say

    @Test func whatAServerSaysIsSaidOfTheCopy() {
        let denied = CopyRefusal(S3Error(code: .denied, message: "vault: no"))
        #expect(denied.result.detail == "its copy: vault: no")
        #expect(denied.adding("two").result.detail == "its copy: vault: no; two")
        #expect(denied.adding(nil).result.detail == "its copy: vault: no")
        let cancelled = CopyRefusal(S3Error(code: .cancelled, message: "vault: it was cancelled"))
        #expect(cancelled.result.detail == nil)
        #expect(cancelled.adding("two").result.detail == "two")
        #expect(denied.result(of: "a.log").detail == "a.log stays: its copy: vault: no")
        #expect(cancelled.result(of: "a.log").detail == nil)
    }

    @Test func aBucketThatCannotBeUsedIsSaidInWords() async throws {
        let start = ContinuousClock.now
        var hindrance = CopyHindrance()
        hindrance.note(CopyRefusal(S3Error(code: .notConnected, message: "vault: nobody")), since: start, at: start)
        #expect(
            hindrance.refusal(at: start)?.result.detail
                == "not copied, because the bucket could not be used a moment ago for another file"
        )
        let silent = CopyRefusal(S3Error(code: .timeout, message: "vault: no answer"))
        for _ in 0..<2 { hindrance.note(silent, since: start, at: start) }
        #expect(
            hindrance.refusal(at: start)?.result.detail
                == "not copied, because the bucket was silent for two files one after the other; this run asks it no more"
        )
        let (cause, said) = try await onThread { (Self.cause(), Self.saidBefore()) }
        #expect(said == "\(cause). Files are copied there first; nothing was removed.")
    }

    private static func cause() -> String {
        do throws(S3Error) {
            _ = try destination.server.wait({ false }) { (client) throws(S3Error) in
                try await client.stored(key: "copies/.cleanupd-copies")
            }
            return "nothing"
        } catch {
            return error.message
        }
    }

    private static func saidBefore() -> String {
        do {
            try destination.requireThere()
            return "nothing"
        } catch {
            return "\(error)"
        }
    }

    // MARK: Files

    /// What removes files of a world, whose ages count from access, once they are copied; and what it is to remove.
    private static func removal(
        in world: World,
        _ specification: FilesSpecification
    ) throws -> (remover: FilesRemover, blocks: [ItemBlock]) {
        let cleaning = try Cleaning(world, specification)
        let copier = FileCopier(destination, checksOpen: false, agesByAccess: true)
        let remover = FilesRemover(root: cleaning.root, specification: specification, copier: copier)
        return (remover, try cleaning.plan().blocks)
    }

    private static func details(_ remover: FilesRemover, _ blocks: [ItemBlock]) -> [String?] {
        blocks.flatMap { block in
            remover.act(on: block, compressor: { _, _, _, _ in ItemResult(.failed) }, isCancelled: { false })
                .map(\.detail)
        }
    }

    @Test func aDirectoryIsSaidToHaveNoCopy() throws {
        try withWorld { world in
            try world.makeDirectory("root/d")
            try world.makeFile("root/d/f")
            try world.ageAll("root/d")
            let (remover, blocks) = try Self.removal(in: world, FilesSpecification(type: .directory))
            #expect(Self.details(remover, blocks) == ["d is a directory, of which no copy is made; it stays."])
        }
    }

    @Test func aFileWhoseTimeOfAccessWouldChangeIsSaidToStay() throws {
        try requireRoot()
        try withWorld { world in
            try world.makeFile("root/f")
            try CopyWorld.settle(world.root + "/f")
            let (remover, blocks) = try Self.removal(in: world, FilesSpecification(time: .atime))
            let details = try asNobody { Self.details(remover, blocks) }
            #expect(
                details == [
                    "f stays: to read it would renew the time of access from which its age is counted; "
                        + "run as its owner or as root"
                ]
            )
        }
    }
}
