import Foundation
package import Retention
import State
import Stores
import Synchronization

/// Holds the blocks of one scan while a policy needs more than one look at them.
///
/// Memory up to `memoryLimit`, then unnamed temporary files, so that memory does not grow with the tree. Where a disk is
/// full, the next place takes over, and in the end memory that is bounded: a scan has to work on a full disk.
package final class Spool: BlockSpool {
    /// Encoded blocks up to this many bytes stay in memory.
    static let memoryLimit = 8 << 20

    private struct Storage {
        var memory: [[UInt8]] = []
        var memoryBytes = 0
        /// In the order of filling; only the last one is written to.
        var files: [SpoolFile] = []
    }

    private let storage = Mutex(Storage())
    private let places: [SpoolFile.Place]

    /// - Parameter folder: where a file is made when memory does not do.
    package convenience init(folder: String) {
        self.init(places: [.folder(folder), .folder(NSTemporaryDirectory()), .memory(SpoolFile.memoryLimit)])
    }

    /// - Parameter places: in the order of preference.
    init(places: [SpoolFile.Place]) {
        self.places = places
    }

    /// Appends a block; thread-safe. Throws when no place has room for it.
    package func append(_ block: ItemBlock) throws {
        let bytes = BlockCodec.encode(block)
        try storage.withLock { storage in
            if storage.files.isEmpty, storage.memoryBytes + bytes.count <= Self.memoryLimit {
                storage.memory.append(bytes)
                storage.memoryBytes += bytes.count
                return
            }
            try write(bytes, &storage)
        }
    }

    /// Hands every block to `body`, in the order of appending. Throws what reading or `body` throws.
    package func forEach(_ body: (inout ItemBlock) throws -> Void) throws {
        let (memory, files) = storage.withLock { ($0.memory, $0.files) }
        for bytes in memory {
            var block = try BlockCodec.decode(bytes)
            try body(&block)
        }
        for file in files {
            try file.forEach { bytes in
                var block = try BlockCodec.decode(bytes)
                try body(&block)
            }
        }
    }

    private func write(_ bytes: [UInt8], _ storage: inout Storage) throws {
        while true {
            do {
                if storage.files.isEmpty { storage.files.append(try SpoolFile(places[0])) }
                return try storage.files[storage.files.count - 1].append(bytes)
            } catch let error as EngineError {
                guard storage.files.count < places.count else { throw error }
                moveOn(&storage)
            }
        }
    }

    /// To the next place that can be had; what is full keeps what it has.
    private func moveOn(_ storage: inout Storage) {
        if storage.files.isEmpty { storage.files.append(.nowhere) }
        while storage.files.count < places.count {
            do {
                return storage.files.append(try SpoolFile(places[storage.files.count]))
            } catch {
                // Neither can this one be had; the last place says so when it is full.
                storage.files.append(.nowhere)
            }
        }
    }
}
