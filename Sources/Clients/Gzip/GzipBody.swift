import CZlib

/// Compresses a small body in memory.
package enum GzipBody {
    package struct Failure: Error, CustomStringConvertible {
        let code: Int32
        package var description: String { "zlib could not compress a body in memory (code \(code))." }
    }

    /// One gzip member at level 1: a scrape pays in CPU what it saves in bytes. Throws when zlib has no memory.
    package static func compress(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        // Z_OK, Z_MEM_ERROR, Z_STREAM_ERROR (wrong arguments), Z_VERSION_ERROR: all but the first end here.
        let begun = czlib_deflateInit2(&stream, 1, 15 + 16, 8)
        guard begun == Z_OK else { throw Failure(code: begun) }
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        var input = bytes
        let capacity = output.count
        let code: Int32 = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(capacity)
                return deflate(&stream, Z_FINISH)
            }
        }
        // Z_STREAM_END is the only good end: deflateBound promised that the output is large enough.
        guard code == Z_STREAM_END else { throw Failure(code: code) }
        output.removeLast(capacity - Int(stream.total_out))
        return output
    }
}
