import CZlib
import Glibc

/// Owns one zlib stream that reads members of the gzip format and checks the CRC-32 and length of each.
struct Inflater: ~Copyable {
    // zlib keeps a pointer to the stream, so that it must stay where it is.
    private let stream: UnsafeMutablePointer<z_stream>
    /// The member has ended, and its checksum and length agreed with its contents.
    private(set) var isAtEnd = false

    init() throws(GzipError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Z_OK; Z_MEM_ERROR: no memory; Z_STREAM_ERROR: a parameter is wrong; Z_VERSION_ERROR: another zlib than built with.
        let code = czlib_inflateInit2(stream, 15 + 16)
        guard code == Z_OK else { throw .zlib("start to read back", code) }
    }

    deinit {
        // Z_OK; Z_STREAM_ERROR: never started.
        _ = inflateEnd(stream)
        stream.deallocate()
    }

    /// Bytes of the piece that are not taken; behind the end of a member they are the next one, or foreign.
    var unread: Int { Int(stream.pointee.avail_in) }

    /// The next piece; valid until the next call. All of the former must have been taken by `step`.
    func feed(_ input: UnsafeRawBufferPointer) {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.assumingMemoryBound(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = uInt(input.count)
    }

    /// Behind the end of a member: what follows must be another one.
    mutating func beginMember() throws(GzipError) {
        // Z_OK; Z_STREAM_ERROR: never started.
        let code = inflateReset(stream)
        guard code == Z_OK else { throw .zlib("go on reading back", code) }
        isAtEnd = false
    }

    /// Fills `output` as far as the input goes; call it again as long as it comes back full.
    /// - Returns: the part that was filled.
    /// - Throws: `.verifyFailed` if the bytes are no gzip, or their checksum or length is wrong.
    mutating func step(into output: UnsafeMutableRawBufferPointer) throws(GzipError) -> UnsafeRawBufferPointer {
        stream.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.pointee.avail_out = uInt(output.count)
        // Z_OK: went on; Z_STREAM_END: the member is read and right; Z_BUF_ERROR: needs more input, harmless;
        // Z_DATA_ERROR: broken; Z_NEED_DICT: not in gzip, so broken; Z_MEM_ERROR: no memory; Z_STREAM_ERROR: a bug.
        let code = inflate(stream, Z_NO_FLUSH)
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isAtEnd = true
        case Z_DATA_ERROR, Z_NEED_DICT: throw GzipError(.verifyFailed, "it is not what gzip writes, or is damaged")
        default: throw .zlib("read back", code)
        }
        return UnsafeRawBufferPointer(rebasing: output[..<(output.count - Int(stream.pointee.avail_out))])
    }
}
