import NIOHTTP1

/// What lies in the bucket.
///
/// A listing that gives a key outside of the prefix, goes round in circles, or ends in the midst is an error
/// (`.badReply`): what is not listed as it should be is not to be judged.
extension S3Client {
    /// Current objects (ListObjectsV2).
    /// - Parameters:
    ///   - prefix: with which their keys begin; empty: all.
    ///   - after: `next` of the page before; `nil`: the first.
    ///   - limit: at most so many, 1,000 at most; some servers give more.
    package func listObjects(
        prefix: String,
        after: S3Position?,
        limit: Int = 1000
    ) async throws(S3Error) -> S3Page<S3Object> {
        var request = S3Request(.GET, "a listing of objects")
        request.query = [("list-type", "2"), ("prefix", prefix), ("max-keys", "\(limit)"), ("encoding-type", "url")]
        switch after?.marker {
        case .token(let token): request.query.append(("continuation-token", token))
        case .keys(let key?, _): request.query.append(("start-after", key))
        case .keys, nil: break
        }
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            let root = try reply.document("ListBucketResult", words: words, purpose)
            let listing = S3Listing(root, prefix: prefix, words: words, purpose: purpose)
            var objects: [S3Object] = []
            for element in root.all("Contents") { objects.append(try listing.object(element)) }
            let next = try listing.next(after: after) { (root) throws(S3Error) in
                root["NextContinuationToken"]?.word.map { .token($0) }
            }
            return S3Page(elements: objects, next: next)
        }
    }

    /// All versions and delete markers (ListObjectVersions), the versions of a key newest first.
    /// - Parameters: as for `listObjects`.
    package func listVersions(
        prefix: String,
        after: S3Position?,
        limit: Int = 1000
    ) async throws(S3Error) -> S3Page<S3Object> {
        var request = S3Request(.GET, "a listing of versions")
        request.query = [("versions", ""), ("prefix", prefix), ("max-keys", "\(limit)"), ("encoding-type", "url")]
        if case .keys(let key, let version) = after?.marker {
            if let key { request.query.append(("key-marker", key)) }
            if let version { request.query.append(("version-id-marker", version)) }
        }
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            let root = try reply.document("ListVersionsResult", words: words, purpose)
            let listing = S3Listing(root, prefix: prefix, words: words, purpose: purpose)
            var versions: [S3Object] = []
            for element in root.children where element.name == "Version" || element.name == "DeleteMarker" {
                versions.append(try listing.version(element))
            }
            let next = try listing.next(after: after) { (root) throws(S3Error) in
                guard let key = root["NextKeyMarker"]?.text, !key.isEmpty else { return nil }
                return .keys(key: try listing.key(key), second: root["NextVersionIdMarker"]?.word)
            }
            return S3Page(elements: S3Listing.newestFirst(versions), next: next)
        }
    }

    /// Uploads that were begun and not ended (ListMultipartUploads).
    /// - Parameters: as for `listObjects`.
    package func listUploads(prefix: String, after: S3Position?) async throws(S3Error) -> S3Page<S3Upload> {
        var request = S3Request(.GET, "a listing of uploads")
        request.query = [("uploads", ""), ("prefix", prefix), ("max-uploads", "1000"), ("encoding-type", "url")]
        if case .keys(let key, let upload) = after?.marker {
            if let key { request.query.append(("key-marker", key)) }
            if let upload { request.query.append(("upload-id-marker", upload)) }
        }
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            let root = try reply.document("ListMultipartUploadsResult", words: words, purpose)
            let listing = S3Listing(root, prefix: prefix, words: words, purpose: purpose)
            var uploads: [S3Upload] = []
            for element in root.all("Upload") { uploads.append(try listing.upload(element)) }
            let next = try listing.next(after: after) { (root) throws(S3Error) in
                // SeaweedFS gives the upload only, lists by it, and takes a key for "of this key alone".
                let key = root["NextKeyMarker"]?.text ?? ""
                let upload = root["NextUploadIdMarker"]?.word
                guard !key.isEmpty || upload != nil else { return nil }
                return .keys(key: key.isEmpty ? nil : try listing.key(key), second: upload)
            }
            return S3Page(elements: uploads, next: next)
        }
    }

    /// What the parts of an upload take (ListParts, all pages): bytes; 0 if the upload is no more.
    package func uploadedBytes(_ upload: S3Upload) async throws(S3Error) -> Int64 {
        var marker = 0
        var sum: Int64 = 0
        while true {
            guard let (bytes, next) = try await partsPage(upload, after: marker) else { return 0 }
            sum = sum.addingReportingOverflow(bytes).partialValue
            guard let next else { return sum }
            marker = next
        }
    }

    private func partsPage(
        _ upload: S3Upload,
        after marker: Int
    ) async throws(S3Error) -> (bytes: Int64, next: Int?)? {
        var request = S3Request(.GET, key: upload.key, "a listing of parts")
        request.query = [("uploadId", upload.uploadID), ("max-parts", "1000"), ("part-number-marker", "\(marker)")]
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            if reply.status == 404, reply.refusal?.awsCode == "NoSuchUpload" { return nil }
            let root = try reply.document("ListPartsResult", words: words, purpose)
            let listing = S3Listing(root, prefix: "", words: words, purpose: purpose)
            var bytes: Int64 = 0
            for part in root.all("Part") { bytes = bytes.addingReportingOverflow(try listing.size(part)).partialValue }
            guard try listing.isTruncated() else { return (bytes, nil) }
            guard let next = root["NextPartNumberMarker"]?.word.flatMap({ Int($0) }), next > marker else {
                throw words.badReply(purpose, "it goes on, but not behind where it was")
            }
            return (bytes, next)
        }
    }
}
