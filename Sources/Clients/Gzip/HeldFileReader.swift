/// Gives the contents of a held file from the beginning, as they are or packed by gzip, in parts of one size.
///
/// The same file gives the same parts each time. At most one part and half a MiB are in memory. For one thread.
package final class HeldFileReader {
    private let file: HeldFile
    private let encoder: (any GzipEncoder)?
    private let buffers = GzipBuffers()
    private var tally = GzipTally()
    private var hasReadAll = false
    /// All that the encoder was given has come out of it.
    private var isDrained = true
    /// No part follows, or an empty one.
    package private(set) var isAtEnd = false

    /// - Parameter library: packs the contents; `nil`: they go as they are.
    package init(_ file: HeldFile, packedBy library: GzipLibrary?) throws(GzipError) {
        self.file = file
        let (name, time) = (file.source.name.bytes, file.modified.seconds)
        switch library {
        case .zlib: encoder = try ZlibEncoder(level: Self.level, name: name, modifiedSeconds: time)
        case .libdeflate:
            encoder = try MemberDeflater(
                level: Self.level,
                name: name,
                modifiedSeconds: time,
                largest: GzipBuffers.size
            )
        case nil: encoder = nil
        }
    }

    /// As `GzipArchiver` packs.
    private static let level: Int32 = 6

    /// What was read, once all is; reads what is left.
    /// - Parameter isCancelled: asked every 256 KiB.
    /// - Throws: `.changed` if it is not as long as it was, `.open` once somebody wants to write, `.cancelled`.
    package func contents(isCancelled: () -> Bool) throws(GzipError) -> FileContents {
        while !hasReadAll { _ = try piece(atMost: buffers.input.count, isCancelled) }
        isAtEnd = true
        return FileContents(tally.contents)
    }

    /// The next part.
    /// - Parameters:
    ///   - size: of the part, in bytes; only the last one has fewer, or none.
    ///   - isCancelled: as for `contents`.
    /// - Throws: as `contents`.
    package func part(of size: Int, isCancelled: () -> Bool) throws(GzipError) -> [UInt8] {
        var part: [UInt8] = []
        guard !isAtEnd else { return part }
        part.reserveCapacity(min(size, min(size, Int(clamping: file.size)) + GzipBuffers.size))
        if let encoder {
            try pack(by: encoder, into: &part, upTo: size, isCancelled)
        } else {
            while part.count < size, !hasReadAll {
                part.append(contentsOf: try piece(atMost: min(size - part.count, buffers.input.count), isCancelled))
            }
            isAtEnd = hasReadAll
        }
        return part
    }

    private func pack(
        by encoder: any GzipEncoder,
        into part: inout [UInt8],
        upTo size: Int,
        _ isCancelled: () -> Bool
    ) throws(GzipError) {
        while part.count < size {
            if isDrained {
                guard !hasReadAll else { break }
                try encoder.feed(try piece(atMost: buffers.input.count, isCancelled))
                isDrained = false
            }
            let room = min(size - part.count, buffers.output.count)
            let output = UnsafeMutableRawBufferPointer(rebasing: buffers.output[..<room])
            let bytes = try encoder.step(into: output, isLast: hasReadAll)
            part.append(contentsOf: bytes)
            isDrained = bytes.count < room
        }
        isAtEnd = hasReadAll && isDrained
    }

    /// The next bytes of the file; valid until the next call.
    private func piece(atMost count: Int, _ isCancelled: () -> Bool) throws(GzipError) -> UnsafeRawBufferPointer {
        try file.requireGoingOn(isCancelled)
        let room = UnsafeMutableRawBufferPointer(rebasing: buffers.input[..<count])
        let piece = try file.read(into: room, at: tally.count)
        tally.add(piece)
        hasReadAll = piece.count < count
        guard hasReadAll ? tally.count == file.size : tally.count <= file.size else { throw file.changed }
        return piece
    }
}

/// zlib's stream as an object, so that it can stand where another encoder does.
private final class ZlibEncoder: GzipEncoder {
    private let deflater: Deflater

    init(level: Int32, name: [UInt8], modifiedSeconds: Int64) throws(GzipError) {
        deflater = try Deflater(level: level, name: name, modifiedSeconds: modifiedSeconds)
    }

    func feed(_ input: UnsafeRawBufferPointer) { deflater.feed(input) }

    func step(
        into output: UnsafeMutableRawBufferPointer,
        isLast: Bool
    ) throws(GzipError) -> UnsafeRawBufferPointer {
        try deflater.step(into: output, isLast: isLast)
    }
}
