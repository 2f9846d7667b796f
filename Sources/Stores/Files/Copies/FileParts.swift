import Clients
import Retention

/// Gives a held file in parts, as they are sent, and unpacks again what was packed: whatever packs may be wrong, or the
/// memory that the parts lie in, and the sums that the server compares are made of what came out. For one thread.
final class FileParts {
    private let reader: any PartsReader
    /// `nil`: nothing was packed.
    private let unpacked: StoredContents?
    /// Of the file, as they were read before.
    private let contents: FileContents
    private let size: Int

    /// - Parameters:
    ///   - reader: at the beginning of the file.
    ///   - isPacked: by the reader.
    ///   - size: of a part.
    init(
        of reader: any PartsReader,
        holding contents: FileContents,
        isPacked: Bool,
        size: Int
    ) throws(CopyRefusal) {
        self.reader = reader
        self.contents = contents
        self.size = size
        unpacked = try CopyRefusal.orValue { () throws(GzipError) in
            try isPacked ? StoredContents(isPacked: true, limit: contents.count) : nil
        }
    }

    var isAtEnd: Bool { reader.isAtEnd }

    /// The next part; empty at the end.
    func next(_ isCancelled: () -> Bool) throws(CopyRefusal) -> [UInt8] {
        let part = try CopyRefusal.orValue { () throws(GzipError) in
            try reader.part(of: size, isCancelled: isCancelled)
        }
        try orMispacked { () throws(GzipError) in try unpacked?.take(part) }
        return part
    }

    /// Throws unless what was read is what was read before, and all parts together hold it.
    func requireSame(_ isCancelled: () -> Bool) throws(CopyRefusal) {
        let read = try CopyRefusal.orValue { () throws(GzipError) in try reader.contents(isCancelled: isCancelled) }
        guard read == contents else {
            throw CopyRefusal(GzipError(.changed, "the file was not the same when it was read again; it stays"))
        }
        try orMispacked { () throws(GzipError) in
            guard let unpacked, try unpacked.contents() != contents else { return }
            throw GzipError(.verifyFailed, "it holds something else")
        }
    }

    private func orMispacked(_ body: () throws(GzipError) -> Void) throws(CopyRefusal) {
        do throws(GzipError) {
            try body()
        } catch {
            throw CopyRefusal(
                .integrity,
                "what it was packed to does not unpack to it (\(error.message)); check the memory of this machine"
            )
        }
    }
}
