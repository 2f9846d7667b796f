import Clients
import Retention

/// Sends a held file to a key where nothing is: in one request, or in parts if it is larger than one of these.
struct FileSending {
    let order: CopyOrder

    /// What is under the key once all was sent.
    struct Outcome {
        let there: S3StoredObject
        /// What the server should say of it.
        let expected: FileCopy.Expected
        /// The server has not said that it put the parts together. It may have done so long ago, and lost some since; or
        /// the object is somebody else's, and parts are left.
        let isOpen: Bool

        var leftBehind: String? { isOpen ? FileSending.unknownEnd : nil }
    }

    /// What was sent.
    struct Sent {
        var expected: FileCopy.Expected
        /// Why it is not known whether the object was made; a look tells.
        var doubt: S3Error?
        /// It went in parts that the server may not have put together yet.
        var isOpen = false
    }

    /// What the server would say of the object, had it been sent now.
    func expected(_ isCancelled: () -> Bool) throws(CopyRefusal) -> FileCopy.Expected {
        let parts = try open()
        var sums = S3PartSums()
        var part = try parts.next(isCancelled)
        let isWhole = parts.isAtEnd
        repeat {
            sums.add(S3PartSum(of: part), of: part)
            part = []
            part = try parts.next(isCancelled)
        } while !part.isEmpty
        try parts.requireSame(isCancelled)
        return FileCopy.Expected(length: sums.length, etag: isWhole ? sums.etag : sums.etagOfParts)
    }

    /// Sends it, and looks what is there then. Blocking. What it throws leaves no parts behind, or says so.
    func send(_ isCancelled: () -> Bool) throws(CopyRefusal) -> Outcome {
        let sent = try sendAll(isCancelled)
        do throws(CopyRefusal) {
            guard let there = try order.bucket.look(isCancelled) else { throw lost(sent) }
            return Outcome(there: there, expected: sent.expected, isOpen: sent.isOpen)
        } catch {
            throw error.adding(sent.isOpen ? Self.unknownEnd : nil)
        }
    }

    private func sendAll(_ isCancelled: () -> Bool) throws(CopyRefusal) -> Sent {
        let parts = try open()
        var part = try parts.next(isCancelled)
        guard parts.isAtEnd else { return try sendParts(from: &part, parts, isCancelled) }
        try parts.requireSame(isCancelled)
        let (key, metadata, sum) = (order.bucket.key, order.metadata, S3PartSum(of: part))
        var sums = S3PartSums()
        sums.add(sum, of: part)
        let expected = FileCopy.Expected(length: sums.length, etag: sums.etag)
        try requireNothing(isCancelled)
        do throws(S3Error) {
            _ = try order.bucket.wait(isCancelled) { [part] (client) throws(S3Error) in
                try await client.make(key: key, body: part, sum: sum, metadata: metadata)
            }
            return Sent(expected: expected)
        } catch {
            guard error.isFateUnknown, error.code != .cancelled else { throw order.bucket.refusal(error) }
            return Sent(expected: expected, doubt: error)
        }
    }

    /// Why nothing is there although it was sent.
    private func lost(_ sent: Sent) -> CopyRefusal {
        sent.doubt.map(order.bucket.refusal)
            ?? CopyRefusal(.conflict, "\(order.bucket.place) was sent, but is not there; somebody else writes there")
    }

    /// Once more, directly before the object is made, because not each server heeds the condition that goes with that, and
    /// hours may have passed.
    func requireNothing(_ isCancelled: () -> Bool) throws(CopyRefusal) {
        guard try order.bucket.look(isCancelled) == nil else {
            throw CopyRefusal(
                .conflict,
                "\(order.bucket.place) was made by somebody else meanwhile, and is not overwritten"
            )
        }
    }

    // MARK: Helpers

    private func open() throws(CopyRefusal) -> FileParts {
        let reader = try CopyRefusal.orValue { () throws(GzipError) in
            try HeldFileReader(order.file, packedBy: order.library)
        }
        return try FileParts(
            of: reader,
            holding: order.contents,
            isPacked: order.library != nil,
            size: order.partSize
        )
    }
}
