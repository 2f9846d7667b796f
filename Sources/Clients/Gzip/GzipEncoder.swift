/// Which library compresses. The archives of both are gzip's (RFC 1952), and zlib reads each of them back.
package enum GzipLibrary: Sendable {
    /// One member, byte for byte as gzip(1) writes it.
    case zlib
    /// Faster, and smaller at the same level: a member for each 256 KiB, as if archives had been put together by cat(1).
    case libdeflate
}

/// Takes the contents of one file piece by piece and gives its archive.
protocol GzipEncoder: ~Copyable {
    /// The next piece; valid until the next call. All of the former must have been taken by `step`.
    func feed(_ input: UnsafeRawBufferPointer) throws(GzipError)

    /// Fills `output` as far as the input goes; call it again as long as it comes back full.
    /// - Parameter isLast: the piece that was fed is the last one.
    /// - Returns: the part that was filled.
    func step(into output: UnsafeMutableRawBufferPointer, isLast: Bool) throws(GzipError) -> UnsafeRawBufferPointer
}
