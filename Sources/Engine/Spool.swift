import Foundation
package import Retention
import State
import Stores
import Synchronization

/// Holds the blocks of one scan while a policy needs more than one look at them.
///
/// Memory up to `memoryLimit`, then an unnamed temporary file, so that memory does not grow with the tree and a small
/// scan works on a full disk.
package final class Spool: BlockSpool {
    /// Encoded blocks up to this many bytes stay in memory.
    static let memoryLimit = 8 << 20

    private struct Storage {
        var memory: [[UInt8]] = []
        var memoryBytes = 0
        var file: FileHandle?
        var fileLengths: [Int] = []
    }

    private let storage = Mutex(Storage())
    private let folder: String

    /// - Parameter folder: where the file is made when memory does not do.
    package init(folder: String) {
        self.folder = folder
    }

    /// Appends a block; thread-safe. Throws when the file cannot be made or written.
    package func append(_ block: ItemBlock) throws {
        let bytes = BlockCodec.encode(block)
        try storage.withLock { storage in
            if storage.file == nil, storage.memoryBytes + bytes.count <= Self.memoryLimit {
                storage.memory.append(bytes)
                storage.memoryBytes += bytes.count
                return
            }
            if storage.file == nil { storage.file = try Self.openUnnamed(in: folder) }
            try storage.file?.write(contentsOf: Data(bytes))
            storage.fileLengths.append(bytes.count)
        }
    }

    /// Hands every block to `body`, in the order of appending. Throws what reading or `body` throws.
    package func forEach(_ body: (inout ItemBlock) throws -> Void) throws {
        let (memory, file, lengths) = storage.withLock { ($0.memory, $0.file, $0.fileLengths) }
        for bytes in memory {
            var block = try BlockCodec.decode(bytes)
            try body(&block)
        }
        guard let file else { return }
        try file.seek(toOffset: 0)
        for length in lengths {
            guard let data = try file.read(upToCount: length), data.count == length else {
                throw EngineError(.spool, "The temporary file in \(folder) ended early; the run is given up.")
            }
            var block = try BlockCodec.decode(Array(data))
            try body(&block)
        }
        try file.seekToEnd()
    }

    private static func openUnnamed(in folder: String) throws -> FileHandle {
        var template = Array("\(folder)/cleanupd-spool-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            let text = String(cString: strerror(errno))
            throw EngineError(
                .spool,
                "Cannot make a temporary file in \(folder): \(text). The state's folder needs room and write permission."
            )
        }
        // Without a name from the start, so that no crash leaves it behind.
        unlink(template)  // banned-ok: our own temporary file, made in the line above
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}
