import Clients
import Retention

/// The copy of one held file in a bucket: is there already, or is sent, and is proved in either case.
struct FileCopy {
    let file: HeldFile
    /// Of the file, as they were read from its beginning to its end.
    let contents: FileContents
    /// What packs it on the way; `nil`: it goes as it is.
    let library: GzipLibrary?
    let bucket: ArchiveBucket
    let partSize: Int

    /// Returns once the server has the contents under the key. Blocking.
    /// - Throws: if it does not, or if something else is there, which is never overwritten.
    func make(_ isCancelled: () -> Bool) throws(ArchiveRefusal) {
        let sender = FileSending(
            file: file,
            contents: contents,
            library: library,
            bucket: bucket,
            partSize: partSize,
            metadata: metadata
        )
        if let there = try bucket.look(isCancelled) {
            // An earlier run came so far, and no further.
            try requireOwn(there)
            try requireNoOlder(there)
            let isOfParts = there.object.etag.contains("-")
            return try prove(there, by: isOfParts ? nil : sender.expected(isCancelled), isCancelled)
        }
        let sent = try sender.send(isCancelled)
        do throws(ArchiveRefusal) {
            try prove(sent, isCancelled)
        } catch {
            throw error.adding(sent.remark)
        }
    }

    private func prove(_ sent: FileSending.Outcome, _ isCancelled: () -> Bool) throws(ArchiveRefusal) {
        try requireOwn(sent.there)
        let (size, length) = (sent.there.object.size, sent.expected.length)
        guard size == length else {
            throw ArchiveRefusal(
                .integrity,
                "\(length) bytes were sent to \(bucket.place), but the server has \(size)"
            )
        }
        try prove(sent.there, by: sent.isOpen ? nil : sent.expected, isCancelled)
    }

    // MARK: Proof

    /// What a server that has stored just the bytes that make the copy says of it.
    struct Expected {
        var length: Int64
        var etag: String
    }

    /// Throws unless the words beside the object are those of this very file.
    private func requireOwn(_ there: S3StoredObject) throws(ArchiveRefusal) {
        guard there.metadata[Self.digestName] == contents.sha256, there.metadata[Self.sizeName] == "\(contents.count)"
        else {
            throw ArchiveRefusal(
                .conflict,
                "its copy would be \(bucket.place), where something else is, which is not overwritten; move one of them away"
            )
        }
    }

    /// Throws if it was there before the file was what it is: the copy of an earlier one with the same contents goes by its
    /// own age, which may be over soon.
    private func requireNoOlder(_ there: S3StoredObject) throws(ArchiveRefusal) {
        let seconds = Double(there.object.modified) / 1e9
        guard seconds >= Double(file.lastChange) - ObjectsClock.tolerance else {
            throw ArchiveRefusal(
                .conflict,
                "\(bucket.place) is the copy of an earlier file with the same contents, and goes by its own age; "
                    + "move one of them away"
            )
        }
    }

    /// Throws unless the object holds the contents: by the server's own sum of what it has, or by reading it back.
    /// - Parameter expected: `nil`: no sum is to be believed. One over parts is made from what was told of them, and says
    ///   nothing of the bytes that are stored now.
    private func prove(
        _ there: S3StoredObject,
        by expected: Expected?,
        _ isCancelled: () -> Bool
    ) throws(ArchiveRefusal) {
        let object = there.object
        if let expected, object.size == expected.length, object.etag.lowercased() == expected.etag { return }
        // Also where the server makes other ETags (it encrypts, for one), or another version of gzip has packed the copy.
        guard try readBack(object, isCancelled) == contents else {
            throw ArchiveRefusal(.integrity, "\(bucket.place) does not hold what the file holds; look at both")
        }
    }

    private func readBack(_ object: S3Object, _ isCancelled: () -> Bool) throws(ArchiveRefusal) -> FileContents {
        let (isPacked, limit) = (library != nil, contents.count)
        let stored = try orDamaged { () throws(GzipError) in try StoredContents(isPacked: isPacked, limit: limit) }
        var offset: Int64 = 0
        while offset < object.size {
            // A server that answers each question would be asked to the end of the copy.
            try ArchiveRefusal.orValue { () throws(GzipError) in try file.requireGoingOn(isCancelled) }
            let start = offset
            let piece = try bucket.ask(isCancelled) { (client) throws(S3Error) in
                try await client.read(object, from: start, count: Self.pieceSize)
            }
            guard let piece else {
                throw ArchiveRefusal(.conflict, "\(bucket.place) was replaced or removed while it was read back")
            }
            try orDamaged { () throws(GzipError) in try stored.take(piece) }
            offset += Int64(piece.count)
        }
        return try orDamaged { () throws(GzipError) in try stored.contents() }
    }

    private func orDamaged<Value>(_ body: () throws(GzipError) -> Value) throws(ArchiveRefusal) -> Value {
        do throws(GzipError) {
            return try body()
        } catch {
            throw ArchiveRefusal(.integrity, "\(bucket.place) is not what was sent: \(error.message)")
        }
    }

    /// Well below what the client takes of one answer.
    private static let pieceSize = 4 * 1024 * 1024

    // MARK: Words beside the object

    private static let digestName = "cleanupd-sha256"
    private static let sizeName = "cleanupd-size"

    /// What tells the copy from all else; and when the file was written, as rclone has it.
    private var metadata: [String: String] {
        var words = [Self.digestName: contents.sha256, Self.sizeName: "\(contents.count)"]
        let (seconds, nanoseconds) = file.modified
        if seconds >= 0 {
            let digits = "\(nanoseconds)"
            words["mtime"] = "\(seconds).\(String(repeating: "0", count: max(0, 9 - digits.count)))\(digits)"
        }
        return words
    }
}
