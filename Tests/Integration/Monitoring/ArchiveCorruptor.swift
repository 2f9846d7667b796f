import Foundation
import Support
import Synchronization

/// Writes into each archive while it is made, as a bad disk would, until it is told to stop.
final class ArchiveCorruptor: Sendable {
    private let isStopped = Atomic(false)

    init(folder: String) {
        Thread.detachNewThread { [self] in
            while !isStopped.load(ordering: .relaxed) {
                for path in Self.unfinished(folder) { Self.spoil(path) }
                poll(nil, 0, 5)
            }
        }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    private static func unfinished(_ folder: String) -> [String] {
        guard let names = FileManager.default.subpaths(atPath: folder) else { return [] }
        return names.filter { $0.hasSuffix(".gz.part") }.map { "\(folder)/\($0)" }
    }

    /// A few bytes within what is written already.
    private static func spoil(_ path: String) {
        let descriptor = open(path, O_WRONLY)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 8192 else { return }
        let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        pwrite(descriptor, bytes, bytes.count, 5000)
    }
}
