/// Reads an archive from its first byte to its last and tells what is in it.
enum GzipReadBack {
    struct Result: Equatable {
        let contents: GzipContents
        let image: GzipImage
    }

    /// Inflates the whole archive; nothing is kept.
    /// - Parameters:
    ///   - limit: bytes of contents; more end the reading, so that no hostile archive can keep us busy.
    ///   - check: called between pieces; throws to end the reading.
    /// - Throws: `.verifyFailed` unless the file is whole, undamaged gzip members and nothing else, within the limit.
    static func read(
        _ archive: borrowing GzipDescriptor,
        name: GzipName,
        limit: Int64,
        buffers: borrowing GzipBuffers,
        check: () throws(GzipError) -> Void
    ) throws(GzipError) -> Result {
        var inflater = try Inflater()
        var tally = GzipTally()
        var image = GzipImage()
        var isAtEndOfFile = false
        while !isAtEndOfFile {
            try check()
            let piece = try archive.read(into: buffers.input, of: name)
            isAtEndOfFile = piece.count < buffers.input.count
            guard !piece.isEmpty else { break }
            image.add(piece)
            inflater.feed(piece)
            try inflate(&inflater, of: name, into: &tally, buffers: buffers, limit: limit)
        }
        guard inflater.isAtEnd else { throw damaged(name, "it ends too early") }
        return Result(contents: tally.contents, image: image)
    }

    private static func inflate(
        _ inflater: inout Inflater,
        of name: GzipName,
        into tally: inout GzipTally,
        buffers: borrowing GzipBuffers,
        limit: Int64
    ) throws(GzipError) {
        var filled = buffers.output.count
        while inflater.unread > 0 || (!inflater.isAtEnd && filled == buffers.output.count) {
            do throws(GzipError) {
                if inflater.isAtEnd { try inflater.beginMember() }
                let bytes = try inflater.step(into: buffers.output)
                tally.add(bytes)
                filled = bytes.count
            } catch {
                throw error.code == .verifyFailed ? damaged(name, error.message) : error
            }
            guard tally.count <= limit else { throw damaged(name, "it holds more than the original") }
        }
    }

    private static func damaged(_ name: GzipName, _ detail: String) -> GzipError {
        GzipError(.verifyFailed, "the archive \(name.quoted) is wrong when it is read back: \(detail)")
    }
}
