import Clients
import Retention

/// Files that are larger than one part.
extension FileSending {
    /// - Parameter part: the first one; empty in the end. It is the only variable that holds a part, so that one at a time
    ///   lies in memory.
    func sendParts(
        from part: inout [UInt8],
        _ parts: FileParts,
        _ isCancelled: () -> Bool
    ) throws(CopyRefusal) -> Sent {
        let (key, metadata) = (order.bucket.key, order.metadata)
        let upload = try order.bucket.ask(isCancelled) { (client) throws(S3Error) in
            try await client.beginUpload(key: key, metadata: metadata)
        }
        let expected: FileCopy.Expected
        var etags: [String] = []
        do throws(CopyRefusal) {
            var sums = S3PartSums()
            while !part.isEmpty {
                etags.append(try send(part, number: etags.count + 1, of: upload, &sums, isCancelled))
                part = []
                part = try parts.next(isCancelled)
            }
            try parts.requireSame(isCancelled)
            try requireNothing(isCancelled)
            expected = FileCopy.Expected(length: sums.length, etag: sums.etagOfParts)
        } catch {
            throw error.adding(abort(upload, isCancelled))
        }
        return try complete(upload, etags, expected, isCancelled)
    }

    private func send(
        _ part: [UInt8],
        number: Int,
        of upload: S3Upload,
        _ sums: inout S3PartSums,
        _ isCancelled: () -> Bool
    ) throws(CopyRefusal) -> String {
        let sum = S3PartSum(of: part)
        sums.add(sum, of: part)
        return try order.bucket.ask(isCancelled) { (client) throws(S3Error) in
            try await client.put(part: number, of: upload, body: part, sum: sum)
        }
    }

    /// Asks for the end, after which nothing is aborted whatever the answer: a server that has put the parts together, or
    /// is about to, could be left with an object whose parts are gone.
    private func complete(
        _ upload: S3Upload,
        _ etags: [String],
        _ expected: FileCopy.Expected,
        _ isCancelled: () -> Bool
    ) throws(CopyRefusal) -> Sent {
        do throws(S3Error) {
            let making = try order.bucket.wait(isCancelled) { (client) throws(S3Error) in
                try await client.complete(upload, etags: etags)
            }
            return Sent(expected: expected, isOpen: making == .undecided)
        } catch {
            guard error.isFateUnknown, error.code != .cancelled else {
                throw order.bucket.refusal(error).adding(Self.unknownEnd)
            }
            return Sent(expected: expected, doubt: error, isOpen: true)
        }
    }

    /// Takes the parts back, of which nothing was made and nobody was asked to. Once the run is cancelled, or somebody
    /// waits to write to the file, it has some seconds.
    /// - Returns: why parts may be left; `nil`: none are.
    private func abort(_ upload: S3Upload, _ isCancelled: () -> Bool) -> String? {
        let why: String
        do throws(S3Error) {
            let outcome = try order.bucket.wait(isCancelled) { (client) throws(S3Error) in
                try await client.abort(upload)
            }
            switch outcome {
            case .deleted, .gone: return nil
            case .changed, .doubtful: why = "the server does not say whether they are"
            case .failed(let error): why = error.message
            }
        } catch {
            why = error.message
        }
        return Self.leftOver(why)
    }

    /// Of parts that are not taken back, because their end was asked for.
    static let unknownEnd = leftOver("whether they were put together is not known")

    private static func leftOver(_ why: String) -> String {
        "parts of an upload may be left, which a task on uploads removes (\(why))"
    }
}
