import Glibc

@testable import Clients

/// Archives: what the writer makes is damaged, or whatever comes is read.
///
/// The first byte says which, and which library writes. A damaged one has two bytes for each of up to four flips, and one for the cut.
enum GzipFuzz {
    static let target = FuzzTarget("gzip", longest: 4096) { bytes in
        var input = FuzzInput(bytes)
        let kind = input.byte()
        guard kind & 1 == 0 else {
            let archive = Array(input.rest)
            return try checkForeign(archive)
        }
        let flips = (0..<4).map { _ in Int(input.byte()) << 8 | Int(input.byte()) }
        let cut = Int(input.byte())
        let contents = Array(input.rest)
        var archive = try written(contents, asMembers: kind & 2 != 0)
        let whole = archive
        for flip in flips where flip != 0 { archive[(flip >> 3) % archive.count] ^= 1 << UInt8(flip & 7) }
        archive.removeLast(min(cut, archive.count))
        guard let found = try read(archive, limit: Int64(contents.count)) else {
            return try require(archive != whole, "what was just written cannot be read")
        }
        var tally = GzipTally()
        contents.withUnsafeBytes { tally.add($0) }
        try require(found.contents == tally.contents, "a damaged archive passes for the original")
        try require(found.image.count == Int64(archive.count), "something was left unread")
    }

    private static func checkForeign(_ archive: [UInt8]) throws {
        let limit: Int64 = 1 << 20
        guard let found = try read(archive, limit: limit) else { return }
        try require(found.contents.count <= limit, "an archive holds more than it may")
    }

    private static func written(_ contents: [UInt8], asMembers isMembers: Bool) throws -> [UInt8] {
        let (name, time) = (Array("app.log".utf8), Int64(1_700_000_000))
        guard isMembers else {
            return try written(contents, by: try Deflater(level: 6, name: name, modifiedSeconds: time))
        }
        return try written(
            contents,
            by: try MemberDeflater(level: 6, name: name, modifiedSeconds: time, largest: contents.count)
        )
    }

    private static func written<Encoder: GzipEncoder & ~Copyable>(
        _ contents: [UInt8],
        by encoder: borrowing Encoder
    ) throws -> [UInt8] {
        var archive: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64)
        try contents.withUnsafeBytes { contents in
            try encoder.feed(contents)
            try buffer.withUnsafeMutableBytes { buffer in
                var filled = buffer.count
                while filled == buffer.count {
                    let piece = try encoder.step(into: buffer, isLast: true)
                    archive += piece
                    filled = piece.count
                }
            }
        }
        return archive
    }

    /// Nil for what is no archive.
    private static func read(_ archive: [UInt8], limit: Int64) throws -> GzipReadBack.Result? {
        // A pipe holds far more than the longest archive here, and ends like a file.
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw FuzzFinding("there is no pipe (errno \(errno))") }
        let descriptor = GzipDescriptor(ends[0])
        let count = Glibc.write(ends[1], archive, archive.count)
        close(ends[1])
        guard count == archive.count else { throw FuzzFinding("a pipe takes \(count) bytes of \(archive.count)") }
        let name = try GzipName(Array("app.log.gz".utf8))
        do throws(GzipError) {
            return try GzipReadBack.read(descriptor, name: name, limit: limit, buffers: GzipBuffers()) {}
        } catch {
            try require(error.code == .verifyFailed, "damage is told as \(error.code)")
            return nil
        }
    }
}
