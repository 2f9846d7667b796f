import CLinux
import Glibc

/// Owns one open file; closes it.
struct GzipDescriptor: ~Copyable {
    let raw: Int32

    init(_ raw: Int32) {
        self.raw = raw
    }

    // close() after a successful fsync, or of a file that was only read, has nothing left to tell.
    deinit { _ = close(raw) }

    /// Fills `buffer`; fewer bytes mean that the file ended.
    /// - Returns: the part that was filled.
    func read(into buffer: UnsafeMutableRawBufferPointer, of name: GzipName) throws(GzipError) -> UnsafeRawBufferPointer
    {
        let count = clinux_read_fully(raw, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw .call("read \(name.quoted)", count) }
        return UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)])
    }
}

/// Two buffers for one archive at a time, used again for each of its steps.
struct GzipBuffers: ~Copyable {
    /// Large enough that system calls do not count, small enough for a processor's second-level cache.
    static let size = 256 * 1024

    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)

    deinit {
        input.deallocate()
        output.deallocate()
    }
}
