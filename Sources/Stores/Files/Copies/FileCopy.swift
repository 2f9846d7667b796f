import Clients
import Retention

/// The copy of one held file in a bucket: is there already, or is sent, and is proved in either case.
struct FileCopy {
    let order: CopyOrder

    /// Returns once the server has the contents under the key. Blocking.
    /// - Returns: what may be left behind of the sending, for people; `nil` = nothing.
    /// - Throws: if the server has not, or if something else is there, which is never overwritten.
    func make(_ isCancelled: () -> Bool) throws(CopyRefusal) -> String? {
        let there = try order.bucket.look(isCancelled)
        do throws(CopyRefusal) {
            return try make(there, isCancelled)
        } catch {
            throw error.answered
        }
    }

    /// - Parameter there: what was found under the key.
    private func make(_ there: S3StoredObject?, _ isCancelled: () -> Bool) throws(CopyRefusal) -> String? {
        let sender = FileSending(order: order)
        if let there {
            // An earlier run came so far, and no further.
            try requireOwn(there)
            try requireNoOlder(there)
            let isOfParts = there.object.etag.contains("-")
            try prove(there, by: isOfParts ? nil : sender.expected(isCancelled), isCancelled)
            return nil
        }
        let sent = try sender.send(isCancelled)
        do throws(CopyRefusal) {
            try prove(sent, isCancelled)
        } catch {
            throw error.adding(sent.leftBehind)
        }
        return sent.leftBehind
    }

    private func prove(_ sent: FileSending.Outcome, _ isCancelled: () -> Bool) throws(CopyRefusal) {
        try requireOwn(sent.there)
        let (size, length) = (sent.there.object.size, sent.expected.length)
        guard size == length else {
            throw CopyRefusal(
                .integrity,
                "\(length) bytes were sent to \(order.bucket.place), but the server has \(size)"
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
    private func requireOwn(_ there: S3StoredObject) throws(CopyRefusal) {
        guard order.isNamed(by: there.metadata) else {
            throw CopyRefusal(
                .conflict,
                "its copy would be \(order.bucket.place), where something else is, which is not overwritten; "
                    + "move one of them away"
            )
        }
    }

    /// Throws if it was there before the file was what it is: the copy of an earlier one with the same contents goes by its
    /// own age, which may be over soon.
    private func requireNoOlder(_ there: S3StoredObject) throws(CopyRefusal) {
        let seconds = Double(there.object.modified) / 1e9
        guard seconds >= Double(order.file.lastChange) - ObjectsClock.tolerance else {
            throw CopyRefusal(
                .conflict,
                "\(order.bucket.place) is the copy of an earlier file with the same contents, and goes by its own age; "
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
    ) throws(CopyRefusal) {
        let object = there.object
        if let expected, object.size == expected.length, object.etag.lowercased() == expected.etag { return }
        // Also where the server makes other ETags (it encrypts, for one), or another version of gzip has packed the copy.
        guard try readBack(object, isCancelled) == order.contents else {
            throw CopyRefusal(.integrity, "\(order.bucket.place) does not hold what the file holds; look at both")
        }
    }

    private func readBack(_ object: S3Object, _ isCancelled: () -> Bool) throws(CopyRefusal) -> FileContents {
        let (isPacked, limit) = (order.library != nil, order.contents.count)
        let stored = try orDamaged { () throws(GzipError) in try StoredContents(isPacked: isPacked, limit: limit) }
        var offset: Int64 = 0
        while offset < object.size {
            // A server that answers each question would be asked to the end of the copy.
            try CopyRefusal.orValue { () throws(GzipError) in try order.file.requireGoingOn(isCancelled) }
            let start = offset
            let piece = try order.bucket.ask(isCancelled) { (client) throws(S3Error) in
                try await client.read(object, from: start, count: Self.pieceSize)
            }
            guard let piece else {
                throw CopyRefusal(.conflict, "\(order.bucket.place) was replaced or removed while it was read back")
            }
            try orDamaged { () throws(GzipError) in try stored.take(piece) }
            offset += Int64(piece.count)
        }
        return try orDamaged { () throws(GzipError) in try stored.contents() }
    }

    private func orDamaged<Value>(_ body: () throws(GzipError) -> Value) throws(CopyRefusal) -> Value {
        do throws(GzipError) {
            return try body()
        } catch {
            throw CopyRefusal(.integrity, "\(order.bucket.place) is not what was sent: \(error.message)")
        }
    }

    /// Well below what the client takes of one answer.
    private static let pieceSize = 4 * 1024 * 1024
}
