import NIOHTTP1

/// What became of a write that makes an object, and replaces none.
package enum S3Making: Sendable, Equatable {
    case made(S3Written)
    /// The server said no, because one of that key is there or in the making, or the upload is gone: also when an earlier
    /// attempt of this very call had made it and its answer was lost. A look at the key tells.
    case undecided
}

/// Objects that are made only where there are none, at once or in parts.
///
/// `If-None-Match: *` goes with whatever makes an object. Servers that do not know it make the object all the same: so who
/// asks looks before, too.
extension S3Client {
    /// Writes an object (PutObject).
    /// - Parameters:
    ///   - key: its key.
    ///   - body: all of it.
    ///   - sum: of the body.
    ///   - metadata: names in small letters and values in ASCII.
    package func make(
        key: String,
        body: [UInt8],
        sum: S3PartSum,
        metadata: [String: String]
    ) async throws(S3Error) -> S3Making {
        var request = S3Request(.PUT, key: key, "PUT")
        request.body = body
        request.headers = Self.headers(metadata)
        request.headers.append(("content-md5", sum.header))
        request.headers.append(("if-none-match", "*"))
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            if reply.status == 409 || reply.status == 412 { return .undecided }
            try reply.expect(200, 201, words: words, purpose)
            return .made(reply.written)
        }
    }

    /// Begins an object that comes in parts (CreateMultipartUpload).
    ///
    /// An attempt whose answer was lost may have begun another one, which nobody knows.
    /// - Parameters: as for `make`.
    package func beginUpload(key: String, metadata: [String: String]) async throws(S3Error) -> S3Upload {
        var request = S3Request(.POST, key: key, "the beginning of an upload")
        request.query = [("uploads", "")]
        request.headers = Self.headers(metadata)
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            let root = try reply.document("InitiateMultipartUploadResult", words: words, purpose)
            guard let uploadID = root["UploadId"]?.word else {
                throw words.badReply(purpose, "it has no UploadId", status: reply.status)
            }
            return S3Upload(key: key, uploadID: uploadID, initiated: (reply.date ?? 0) * 1_000_000_000)
        }
    }

    /// Sends a part (UploadPart); the same number again replaces it.
    /// - Parameters:
    ///   - upload: that was begun.
    ///   - number: from 1 to 10,000.
    ///   - body: of 5 MiB at least, unless it is the last one.
    ///   - sum: of the body.
    /// - Returns: its ETag, without quotes.
    package func put(
        part number: Int,
        of upload: S3Upload,
        body: [UInt8],
        sum: S3PartSum
    ) async throws(S3Error) -> String {
        var request = S3Request(.PUT, key: upload.key, "part \(number)")
        request.query = [("partNumber", "\(number)"), ("uploadId", upload.uploadID)]
        request.body = body
        request.headers = [("content-md5", sum.header)]
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            try reply.expect(200, 201, words: words, purpose)
            let etag = reply.etag
            guard !etag.isEmpty else { throw words.noETag(purpose, status: reply.status) }
            return etag
        }
    }

    /// Makes an object of its parts (CompleteMultipartUpload).
    ///
    /// Whatever it says or throws, the parts are the server's from here on: who takes them back may take them from an
    /// object that is there.
    /// - Parameter etags: of all parts, from the first on.
    package func complete(_ upload: S3Upload, etags: [String]) async throws(S3Error) -> S3Making {
        var request = S3Request(.POST, key: upload.key, "the end of an upload")
        request.query = [("uploadId", upload.uploadID)]
        request.body = S3UploadDocument.bytes(etags)
        request.headers = [("content-type", "application/xml"), ("if-none-match", "*")]
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, attempt) throws(S3Error) -> S3Making in
            if reply.status == 409 || reply.status == 412 || reply.isGone { return .undecided }
            let root: S3XMLElement
            do throws(S3Error) {
                root = try reply.document("CompleteMultipartUploadResult", words: words, purpose)
            } catch {
                guard Self.isUndecided(error, attempt: attempt) else { throw error }
                return .undecided
            }
            let etag = S3Listing.unquoted(root["ETag"]?.word ?? "")
            return .made(S3Written(etag: etag, versionID: reply.versionID))
        }
    }

    /// The same refusals come with the status 200, too; and one of a later attempt may mean that an earlier one was
    /// carried out, and took the parts.
    private static func isUndecided(_ error: S3Error, attempt: Int) -> Bool {
        switch error.awsCode {
        case "PreconditionFailed", "ConditionalRequestConflict", "NoSuchUpload": true
        default: attempt > 1 && error.code == .refused
        }
    }

    /// Of an object that is written, at once or in parts.
    static func headers(_ metadata: [String: String]) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = [("content-type", "application/octet-stream")]
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            headers.append(("x-amz-meta-\(name)", value))
        }
        return headers
    }
}

extension S3Reply {
    /// What a write gave.
    var written: S3Written { S3Written(etag: etag, versionID: versionID) }

    /// Without quotes; empty if it tells none.
    var etag: String { S3Listing.unquoted(headers.first(name: "etag") ?? "") }

    /// Of the version that was written, read or removed; `nil` = the bucket keeps none.
    var versionID: String? { headers.first(name: "x-amz-version-id") }
}
