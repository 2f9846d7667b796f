/// Finds out what a copy holds from its bytes, as they come back piece by piece: as they are, or unpacked. For one thread.
package final class StoredContents {
    private let isPacked: Bool
    private let limit: Int64
    private let output: UnsafeMutableRawBufferPointer
    private var inflater: Inflater
    private var tally = GzipTally()

    /// - Parameters:
    ///   - isPacked: by gzip.
    ///   - limit: bytes of contents; more end it, so that no hostile copy can keep us busy.
    package init(isPacked: Bool, limit: Int64) throws(GzipError) {
        inflater = try Inflater()
        self.isPacked = isPacked
        self.limit = limit
        output = .allocate(byteCount: GzipBuffers.size, alignment: 64)
    }

    deinit { output.deallocate() }

    /// The next bytes.
    /// - Throws: `.verifyFailed` if they are no gzip, are damaged, or hold more than the limit.
    package func take(_ piece: [UInt8]) throws(GzipError) {
        let result: Result<Void, GzipError> = piece.withUnsafeBytes { bytes in
            do throws(GzipError) {
                try take(bytes)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// What all of it holds.
    /// - Throws: `.verifyFailed` if it ends too early.
    package func contents() throws(GzipError) -> FileContents {
        guard !isPacked || inflater.isAtEnd else { throw GzipError(.verifyFailed, "it ends too early") }
        return FileContents(tally.contents)
    }

    private func take(_ bytes: UnsafeRawBufferPointer) throws(GzipError) {
        if isPacked {
            inflater.feed(bytes)
            try inflate()
        } else {
            tally.add(bytes)
        }
        guard tally.count <= limit else { throw tooLong }
    }

    private func inflate() throws(GzipError) {
        var filled = output.count
        while inflater.unread > 0 || (!inflater.isAtEnd && filled == output.count) {
            if inflater.isAtEnd { try inflater.beginMember() }
            let bytes = try inflater.step(into: output)
            tally.add(bytes)
            filled = bytes.count
            guard tally.count <= limit else { throw tooLong }
        }
    }

    private var tooLong: GzipError { GzipError(.verifyFailed, "it holds more than the original") }
}
