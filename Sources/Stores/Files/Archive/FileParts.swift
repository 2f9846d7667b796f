import Clients
import Retention

/// Gives a held file in parts, as they are sent, and unpacks again what was packed: whatever packs may be wrong, or the
/// memory that the parts lie in, and the sums that the server compares are made of what came out. For one thread.
final class FileParts {
    private let reader: HeldFileReader
    /// `nil`: nothing was packed.
    private let unpacked: StoredContents?
    /// Of the file, as they were read before.
    private let contents: FileContents
    private let size: Int

    /// - Parameters:
    ///   - library: packs; `nil`: the file goes as it is.
    ///   - size: of a part.
    init(
        of file: HeldFile,
        holding contents: FileContents,
        packedBy library: GzipLibrary?,
        size: Int
    ) throws(ArchiveRefusal) {
        (reader, unpacked) = try ArchiveRefusal.orValue { () throws(GzipError) in
            let reader = try HeldFileReader(file, packedBy: library)
            return (reader, library == nil ? nil : try StoredContents(isPacked: true, limit: contents.count))
        }
        self.contents = contents
        self.size = size
    }

    /// No part follows, or an empty one.
    var isAtEnd: Bool { reader.isAtEnd }

    /// The next part; empty at the end.
    func next(_ isCancelled: () -> Bool) throws(ArchiveRefusal) -> [UInt8] {
        let part = try ArchiveRefusal.orValue { () throws(GzipError) in
            try reader.part(of: size, isCancelled: isCancelled)
        }
        try orMispacked { () throws(GzipError) in try unpacked?.take(part) }
        return part
    }

    /// Throws unless what was read is what was read before, and all parts together hold it.
    func requireSame(_ isCancelled: () -> Bool) throws(ArchiveRefusal) {
        let read = try ArchiveRefusal.orValue { () throws(GzipError) in try reader.contents(isCancelled: isCancelled) }
        guard read == contents else {
            throw ArchiveRefusal(GzipError(.changed, "the file was not the same when it was read again; it stays"))
        }
        try orMispacked { () throws(GzipError) in
            guard let unpacked, try unpacked.contents() != contents else { return }
            throw GzipError(.verifyFailed, "it holds something else")
        }
    }

    private func orMispacked(_ body: () throws(GzipError) -> Void) throws(ArchiveRefusal) {
        do throws(GzipError) {
            try body()
        } catch {
            throw ArchiveRefusal(
                .integrity,
                "what it was packed to does not unpack to it (\(error.message)); check the memory of this machine"
            )
        }
    }
}
