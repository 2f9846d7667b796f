import CLinux

/// Reads directories in large bites into one piece of memory, which is used again and again: no allocation per entry.
///
/// Not for two threads at once.
package final class DirectoryBuffer {
    /// What getdents64 says an entry is: a hint that saves work, never a ground to delete.
    package enum Hint: UInt8, Sendable {
        case unknown, regular, directory, symlink, other
    }

    /// An entry, valid until the buffer is filled again.
    package struct Entry {
        package let name: EntryName
        package let hint: Hint
    }

    private static let capacity = 64 << 10
    // struct linux_dirent64: d_ino 0, d_off 8, d_reclen 16, d_type 18, d_name 19; see getdents(2).
    private static let (lengthOffset, typeOffset, nameOffset) = (16, 18, 19)

    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: DirectoryBuffer.capacity, alignment: 8)
    private var position = 0
    private var end = 0

    package init() {}

    deinit { memory.deallocate() }

    /// Whether the last bite was so large that there may be another one.
    package var mayHaveMore: Bool { end > Self.capacity - 512 }

    /// Takes the next bite of a directory that is read from one place only.
    /// - Returns: `false` at the end of the directory.
    package func fill(from directory: DirectoryHandle) throws(SystemError) -> Bool {
        position = 0
        end = 0
        end = Int(try SystemError.check(clinux_entries(directory.descriptor, memory.baseAddress, Self.capacity)))
        return end > 0
    }

    /// The next entry of this bite, without `.` and `..`.
    package func next() -> Entry? {
        while position + Self.nameOffset < end {
            let start = position
            let length = Int(memory.loadUnaligned(fromByteOffset: start + Self.lengthOffset, as: UInt16.self))
            guard length > Self.nameOffset, start + length <= end else { return nil }
            position = start + length
            let name = UnsafeRawBufferPointer(rebasing: memory[(start + Self.nameOffset)..<(start + length)])
            var count = 0
            while count < name.count, name[count] != 0 { count += 1 }
            // The kernel ends every name with a zero; an entry without one is no entry.
            guard count > 0, count < name.count else { continue }
            if name[0] == UInt8(ascii: "."), count == 1 || (count == 2 && name[1] == UInt8(ascii: ".")) { continue }
            return Entry(
                name: EntryName(zeroTerminated: UnsafeRawBufferPointer(rebasing: name[..<count])),
                hint: Self.hint(memory[start + Self.typeOffset])
            )
        }
        return nil
    }

    // DT_FIFO 1, DT_CHR 2, DT_DIR 4, DT_BLK 6, DT_REG 8, DT_LNK 10, DT_SOCK 12; readdir(3).
    @inline(__always)
    private static func hint(_ type: UInt8) -> Hint {
        switch type {
        case 8: .regular
        case 4: .directory
        case 10: .symlink
        case 0: .unknown
        default: .other
        }
    }
}
