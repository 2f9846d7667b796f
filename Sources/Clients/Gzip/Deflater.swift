import CZlib
import Glibc

/// Owns one zlib stream that writes the gzip format, with the original's name and time in the header as gzip(1) has them.
struct Deflater: GzipEncoder, ~Copyable {
    // zlib keeps pointers to the stream and the header, so that both must stay where they are.
    private let stream: UnsafeMutablePointer<z_stream>
    private let header: UnsafeMutablePointer<gz_header>
    private let name: UnsafeMutablePointer<UInt8>

    /// - Parameters:
    ///   - level: 1 (fast) to 9 (small).
    ///   - modifiedSeconds: seconds since 1970; what the format cannot hold is written as "unknown".
    init(level: Int32, name bytes: [UInt8], modifiedSeconds: Int64) throws(GzipError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        header = .allocate(capacity: 1)
        header.initialize(to: gz_header())
        name = .allocate(capacity: bytes.count + 1)
        name.initialize(from: bytes + [0], count: bytes.count + 1)
        header.pointee.name = name
        header.pointee.time = uLong(UInt32(exactly: modifiedSeconds) ?? 0)
        header.pointee.os = 3  // Unix
        // Z_OK; Z_MEM_ERROR: no memory; Z_STREAM_ERROR: a parameter is wrong; Z_VERSION_ERROR: another zlib than built with.
        // 15 = window of 32 KiB, + 16 = gzip format; 8 = zlib's usual memory, as gzip and pigz use it.
        var code = czlib_deflateInit2(stream, level, 15 + 16, 8)
        // Z_OK; Z_STREAM_ERROR: not a gzip stream.
        if code == Z_OK { code = deflateSetHeader(stream, header) }
        guard code == Z_OK else { throw .zlib("start to compress", code) }
    }

    deinit {
        // Z_OK; Z_DATA_ERROR: freed before its end; Z_STREAM_ERROR: never started. The memory is given back in each case.
        _ = deflateEnd(stream)
        stream.deallocate()
        header.deallocate()
        name.deallocate()
    }

    func feed(_ input: UnsafeRawBufferPointer) {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.assumingMemoryBound(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = uInt(input.count)
    }

    func step(
        into output: UnsafeMutableRawBufferPointer,
        isLast: Bool
    ) throws(GzipError) -> UnsafeRawBufferPointer {
        stream.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.pointee.avail_out = uInt(output.count)
        // Z_OK: went on; Z_STREAM_END: all is written; Z_BUF_ERROR: nothing to do, harmless; Z_STREAM_ERROR: a bug.
        let code = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
            throw .zlib("compress", code)
        }
        return UnsafeRawBufferPointer(rebasing: output[..<(output.count - Int(stream.pointee.avail_out))])
    }
}
