import Clients
import Retention
import Testing

@testable import Stores

/// What was packed is unpacked again before its copy counts as proved: a server that has stored it well says nothing of
/// whether it can be unpacked.
@Suite("Copies: parts that do not hold the file")
struct FilePartsTests {
    private static let letters = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000)

    /// Gives parts that it was told to, as a packer that is wrong does, or the memory that they lie in.
    private final class ToldReader: PartsReader {
        private var parts: [[UInt8]]
        private let read: FileContents

        init(_ parts: [[UInt8]], of read: FileContents) {
            self.parts = parts
            self.read = read
        }

        var isAtEnd: Bool { parts.isEmpty }

        func part(of size: Int, isCancelled: () -> Bool) throws(GzipError) -> [UInt8] {
            parts.isEmpty ? [] : parts.removeFirst()
        }

        func contents(isCancelled: () -> Bool) throws(GzipError) -> FileContents { read }
    }

    private static func contents(of bytes: [UInt8]) throws -> FileContents {
        let stored = try StoredContents(isPacked: false, limit: Int64(bytes.count))
        try stored.take(bytes)
        return try stored.contents()
    }

    /// Why these bytes, in two parts, are no copy of the file of letters; `nil` = they are one.
    /// - Parameter read: what is read of the file this time.
    private static func refusal(
        _ bytes: [UInt8],
        isPacked: Bool = true,
        read: [UInt8] = FilePartsTests.letters
    ) throws -> ItemResult? {
        let half = bytes.count / 2
        let halves = [Array(bytes.prefix(half)), Array(bytes.dropFirst(half))].filter { !$0.isEmpty }
        let reader = ToldReader(halves, of: try contents(of: read))
        let expected = try contents(of: letters)
        do throws(CopyRefusal) {
            let parts = try FileParts(of: reader, holding: expected, isPacked: isPacked, size: 1_000)
            while try !parts.next({ false }).isEmpty {}
            try parts.requireSame { false }
            return nil
        } catch {
            return error.result
        }
    }

    @Test func partsThatHoldTheFileAreTaken() throws {
        #expect(try Self.refusal(GzipBody.compress(Self.letters)) == nil)
        #expect(try Self.refusal(Self.letters, isPacked: false) == nil)
    }

    @Test func whatUnpacksToSomethingElseIsNoCopy() throws {
        let packed = try GzipBody.compress(Self.letters)
        let others: [([UInt8], String)] = [
            (try GzipBody.compress([UInt8](repeating: UInt8(ascii: "y"), count: 1_000)), "it holds something else"),
            (try GzipBody.compress(Array(Self.letters.dropLast())), "it holds something else"),
            (try GzipBody.compress(Self.letters + [0]), "it holds more than the original"),
            (Array(packed.dropLast()), "it ends too early"), ([], "it ends too early"),
            (Self.letters, "it is not what gzip writes, or is damaged"),
        ]
        for (bytes, finding) in others {
            let refusal = try Self.refusal(bytes)
            #expect(refusal?.outcome == .failed && refusal?.failure == .integrity, "\(finding)")
            #expect(
                refusal?.detail
                    == "what it was packed to does not unpack to it (\(finding)); check the memory of this machine"
            )
        }
    }

    /// Of the checksum and the length of the contents, behind them.
    @Test func everyFlippedBitAtTheEndIsFound() throws {
        let packed = try GzipBody.compress(Self.letters)
        for bit in 0..<64 {
            var flipped = packed
            flipped[packed.count - 8 + bit / 8] ^= 1 << (bit % 8)
            #expect(try Self.refusal(flipped)?.failure == .integrity, "bit \(bit)")
        }
    }

    @Test func aFileThatIsReadOtherwiseTheSecondTimeStays() throws {
        for isPacked in [true, false] {
            let bytes = try isPacked ? GzipBody.compress(Self.letters) : Self.letters
            let refusal = try Self.refusal(bytes, isPacked: isPacked, read: Self.letters + [0])
            #expect(refusal?.outcome == .changed)
            #expect(refusal?.detail == "the file was not the same when it was read again; it stays")
        }
    }
}
