import CLinux

/// Compresses an open original into a temporary archive, and proves that the archive on the disk is right.
struct GzipCompression: ~Copyable {
    private let buffers = GzipBuffers()
    let level: Int32
    let library: GzipLibrary
    let isCancelled: @Sendable () -> Bool

    init(level: Int32, library: GzipLibrary, isCancelled: @escaping @Sendable () -> Bool) {
        self.level = level
        self.library = library
        self.isCancelled = isCancelled
    }

    /// Streams the original into the archive.
    /// - Returns: what went in and what came out.
    func compress(
        _ source: borrowing GzipSource,
        into archive: borrowing GzipTemporary
    ) throws(GzipError) -> GzipReadBack.Result {
        let (name, time) = (source.name.bytes, source.state.modified.seconds)
        switch library {
        case .zlib:
            let deflater = try Deflater(level: level, name: name, modifiedSeconds: time)
            return try compress(source, into: archive, by: deflater)
        case .libdeflate:
            let largest = GzipBuffers.size
            let deflater = try MemberDeflater(level: level, name: name, modifiedSeconds: time, largest: largest)
            return try compress(source, into: archive, by: deflater)
        }
    }

    private func compress<Encoder: GzipEncoder & ~Copyable>(
        _ source: borrowing GzipSource,
        into archive: borrowing GzipTemporary,
        by encoder: borrowing Encoder
    ) throws(GzipError) -> GzipReadBack.Result {
        var image = GzipImage()
        let tally = try forEachPiece(of: source) { (piece, isLast) throws(GzipError) in
            try encoder.feed(piece)
            var filled = buffers.output.count
            while filled == buffers.output.count {
                let bytes = try encoder.step(into: buffers.output, isLast: isLast)
                image.add(bytes)
                try archive.write(bytes)
                filled = bytes.count
            }
        }
        return GzipReadBack.Result(contents: tally.contents, image: image)
    }

    /// Reads the archive back from the disk and compares it, bit for bit, with what was written.
    func verify(
        _ archive: borrowing GzipTemporary,
        of source: borrowing GzipSource,
        is written: GzipReadBack.Result
    ) throws(GzipError) {
        let descriptor = try archive.reopen()
        let result = try read(descriptor, archive.name, for: source)
        guard result == written else {
            throw GzipError(
                .verifyFailed,
                "the archive of \(source.name.quoted) is not what was written when it is read back; the original is kept"
            )
        }
    }

    /// Whether an archive that is there already holds exactly the original; if so, it is made durable.
    /// - Parameter state: of the archive's entry, just taken.
    func holdsDurably(
        _ archive: GzipName,
        _ state: GzipFileState,
        exactly source: borrowing GzipSource
    ) throws(GzipError) -> Bool {
        let raw = clinux_open_entry(source.directory, archive.terminated)
        guard raw >= 0 else { throw .call("open \(archive.quoted)", raw) }
        let descriptor = GzipDescriptor(raw)
        guard try GzipFileState(of: descriptor, name: archive).isUntouched(since: state),
            try holds(descriptor, archive, exactly: source)
        else { return false }
        let result = clinux_fsync(descriptor.raw)
        guard result >= 0 else { throw .call("make \(archive.quoted) durable", result) }
        return true
    }

    private func holds(
        _ archive: borrowing GzipDescriptor,
        _ name: GzipName,
        exactly source: borrowing GzipSource
    ) throws(GzipError) -> Bool {
        let contents: GzipContents
        do throws(GzipError) {
            contents = try read(archive, name, for: source).contents
        } catch {
            guard error.code == .verifyFailed else { throw error }
            return false
        }
        guard contents.count == source.state.size else { return false }
        let tally = try forEachPiece(of: source) { (_, _) throws(GzipError) in }
        return tally.contents == contents
    }

    private func read(
        _ archive: borrowing GzipDescriptor,
        _ name: GzipName,
        for source: borrowing GzipSource
    ) throws(GzipError) -> GzipReadBack.Result {
        try GzipReadBack.read(
            archive,
            name: name,
            limit: source.state.size,
            buffers: buffers,
            check: { () throws(GzipError) in try requireGoingOn(source) }
        )
    }

    /// Calls `body` with each piece of the original, the last one marked; it may be empty.
    private func forEachPiece(
        of source: borrowing GzipSource,
        _ body: (UnsafeRawBufferPointer, _ isLast: Bool) throws(GzipError) -> Void
    ) throws(GzipError) -> GzipTally {
        var tally = GzipTally()
        var isLast = false
        while !isLast {
            try requireGoingOn(source)
            let piece = try source.descriptor.read(into: buffers.input, of: source.name)
            isLast = piece.count < buffers.input.count
            tally.add(piece)
            guard tally.count <= source.state.size else { break }
            try body(piece, isLast)
        }
        guard tally.count == source.state.size else { throw source.changed }
        return tally
    }

    private func requireGoingOn(_ source: borrowing GzipSource) throws(GzipError) {
        guard !isCancelled() else {
            throw GzipError(.cancelled, "the compression of \(source.name.quoted) was cancelled; the original is kept")
        }
        try source.requireUndisturbed()
    }
}
