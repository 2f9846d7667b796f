import CDeflate

/// Compresses each piece into a gzip member of its own by libdeflate, which knows no streams. The first member has the
/// original's name, and all have its time (RFC 1952, 2.2: a file of several members is their contents in order).
final class MemberDeflater: GzipEncoder {
    private let compressor: OpaquePointer
    private let member: UnsafeMutableRawBufferPointer
    private let time: UInt32
    /// Zero-terminated; nil behind the first member.
    private var name: [UInt8]?
    /// The part of the member that was not handed out yet.
    private var pending = 0..<0

    /// - Parameters:
    ///   - level: 1 (fast) to 9 (small), whose times and sizes lie somewhat below those of zlib.
    ///   - modifiedSeconds: seconds since 1970; what the format cannot hold is written as "unknown".
    ///   - largest: bytes of the longest piece.
    init(level: Int32, name: [UInt8], modifiedSeconds: Int64, largest: Int) throws(GzipError) {
        guard let compressor = libdeflate_alloc_compressor(level) else {
            throw .noMemory("start to compress", "libdeflate")
        }
        self.compressor = compressor
        // Header, name, trailer.
        let room = libdeflate_deflate_compress_bound(compressor, largest) + 10 + name.count + 1 + 8
        member = .allocate(byteCount: room, alignment: 16)
        time = UInt32(exactly: modifiedSeconds) ?? 0
        self.name = name + [0]
    }

    deinit {
        libdeflate_free_compressor(compressor)
        member.deallocate()
    }

    func feed(_ input: UnsafeRawBufferPointer) throws(GzipError) {
        // A piece may be empty behind others; a file that is empty has a member all the same.
        guard !input.isEmpty || name != nil else { return }
        // Deflate, a name follows or not, the time; nothing of the level; 3 = Unix.
        var end = 0
        func put(_ bytes: some Collection<UInt8>) {
            member[end...].copyBytes(from: bytes)
            end += bytes.count
        }
        put([0x1f, 0x8b, 8, name == nil ? 0 : 8] + Self.littleEndian(time) + [0, 3] + (name ?? []))
        name = nil
        // A header, and 8 bytes behind it, lie outside of what was reckoned for the contents.
        let written = libdeflate_deflate_compress(
            compressor,
            input.baseAddress,
            input.count,
            member.baseAddress.map { $0 + end },
            member.count - end - 8
        )
        // 0: it did not fit, which the bound rules out.
        guard written > 0 else { throw .noRoom }
        end += written
        put(Self.littleEndian(libdeflate_crc32(0, input.baseAddress, input.count)))
        put(Self.littleEndian(UInt32(truncatingIfNeeded: input.count)))
        pending = 0..<end
    }

    func step(into output: UnsafeMutableRawBufferPointer, isLast: Bool) -> UnsafeRawBufferPointer {
        let count = min(pending.count, output.count)
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: member[pending.prefix(count)]))
        pending = pending.dropFirst(count)
        return UnsafeRawBufferPointer(rebasing: output[..<count])
    }

    private static func littleEndian(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
