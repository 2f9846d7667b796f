/// Puts the path of one entry after another together in one piece of memory. Not for two threads at once.
final class PathScratch {
    /// One entry's path, valid until the next is made.
    struct Path {
        /// From the connection's root.
        let fromRoot: UnsafeRawBufferPointer
        /// From the source's `path`.
        let fromSource: UnsafeRawBufferPointer
        let name: UnsafeRawBufferPointer
    }

    // A name has at most 255 bytes.
    private static let room = 256

    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 1)
    private var prefix = 0
    private var sourceStart = 0

    deinit { memory.deallocate() }

    /// Entries that follow lie in this directory.
    /// - Parameters:
    ///   - directory: path from the root, at or beneath the source's path.
    ///   - source: the source's path from the root.
    func begin(_ directory: some Collection<UInt8>, source: [UInt8]) {
        if memory.count < directory.count + 1 + Self.room {
            memory.deallocate()
            memory = .allocate(byteCount: (directory.count + 1 + Self.room) * 2, alignment: 1)
        }
        memory.copyBytes(from: directory)
        prefix = directory.count
        if prefix > 0 {
            memory[prefix] = UInt8(ascii: "/")
            prefix += 1
        }
        sourceStart = source.isEmpty ? 0 : source.count + 1
    }

    @inline(__always)
    func path(_ name: UnsafeRawBufferPointer) -> Path {
        let end = prefix + min(name.count, Self.room)
        UnsafeMutableRawBufferPointer(rebasing: memory[prefix..<end]).copyMemory(from: name)
        let all = UnsafeRawBufferPointer(memory)
        return Path(
            fromRoot: UnsafeRawBufferPointer(rebasing: all[..<end]),
            fromSource: UnsafeRawBufferPointer(rebasing: all[sourceStart..<end]),
            name: UnsafeRawBufferPointer(rebasing: all[prefix..<end])
        )
    }
}
