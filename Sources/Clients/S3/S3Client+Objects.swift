import NIOHTTP1

/// What a write gave.
package struct S3Written: Sendable, Equatable {
    /// Without quotes.
    package let etag: String
    /// `nil` without versioning.
    package let versionID: String?
}

/// Single objects, and the bucket itself.
extension S3Client {
    /// What is known of one object (HeadObject).
    /// - Parameters:
    ///   - key: its key.
    ///   - versionID: `nil`: the current one.
    /// - Returns: `nil` if it is not there: a 404 of an S3 server that has the bucket.
    package func head(key: String, versionID: String?) async throws(S3Error) -> S3Object? {
        try await stored(key: key, versionID: versionID)?.object
    }

    /// The same, with the words that were stored with it.
    /// - Parameters: as for `head`.
    /// - Returns: as `head`.
    package func stored(key: String, versionID: String? = nil) async throws(S3Error) -> S3StoredObject? {
        if let found = try await look(key: key, versionID: versionID) { return found }
        // A HEAD has no body that could say which of the two is not there.
        try await requireBucket()
        return nil
    }

    /// Throws `.missingBucket` if the bucket is not there (HeadBucket), and whatever else keeps that from being known.
    private func requireBucket() async throws(S3Error) {
        let request = S3Request(.HEAD, "HEAD of the bucket")
        let (words, purpose) = (words, request.purpose)
        try await perform(request) { (reply, _) throws(S3Error) in
            if reply.status == 404, reply.isNumbered {
                throw words.refusal(purpose, status: 404, awsCode: "NoSuchBucket", message: "")
            }
            try reply.expect(200, 204, words: words, purpose)
        }
    }

    private func look(key: String, versionID: String?) async throws(S3Error) -> S3StoredObject? {
        var request = S3Request(.HEAD, key: key, "HEAD")
        request.add(version: versionID)
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            if reply.status == 404, reply.isNumbered { return nil }
            let isMarker = reply.status == 405 && reply.says("x-amz-delete-marker")
            if !isMarker { try reply.expect(200, words: words, purpose) }
            let length = reply.headers.first(name: "content-length").flatMap { Int64($0) }
            guard
                let modified = reply.headers.first(name: "last-modified").flatMap(S3Time.http),
                let size = isMarker ? 0 : length, size >= 0
            else { throw words.badReply(purpose, "it has no Last-Modified or no Content-Length", status: reply.status) }
            let object = S3Object(
                key: key,
                versionID: reply.versionID ?? versionID,
                etag: isMarker ? "" : reply.etag,
                size: size,
                modified: modified * 1_000_000_000,
                isLatest: versionID == nil,
                isDeleteMarker: isMarker
            )
            return S3StoredObject(object: object, metadata: S3StoredObject.metadata(reply.headers))
        }
    }

    /// The tags of an object (GetObjectTagging).
    /// - Parameters: as for `head`.
    /// - Returns: `nil` if the object is not there.
    /// - Throws: `.unsupported` where the server has no tags.
    package func tags(key: String, versionID: String?) async throws(S3Error) -> [String: String]? {
        var request = S3Request(.GET, key: key, "the tags")
        request.query = [("tagging", "")]
        request.add(version: versionID)
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            let awsCode = reply.refusal?.awsCode
            if reply.status == 404 {
                switch awsCode {
                case "NoSuchKey", "NoSuchVersion": return nil
                case "NoSuchTagSet": return [:]
                default: break
                }
            }
            if reply.status == 405, reply.says("x-amz-delete-marker") { return nil }
            let root = try reply.document("Tagging", words: words, purpose)
            var tags: [String: String] = [:]
            for tag in root["TagSet"]?.all("Tag") ?? [] {
                guard let name = tag["Key"]?.text else { throw words.badReply(purpose, "a tag has no key") }
                tags[name] = tag["Value"]?.text ?? ""
            }
            return tags
        }
    }

    /// Writes an object, for probes and tests.
    /// - Parameters:
    ///   - key: its key.
    ///   - body: all of it.
    ///   - metadata: names in small letters and values in ASCII.
    ///   - tags: its tags.
    @discardableResult
    package func put(
        key: String,
        body: [UInt8],
        metadata: [String: String] = [:],
        tags: [String: String] = [:]
    ) async throws(S3Error) -> S3Written {
        var request = S3Request(.PUT, key: key, "PUT")
        request.body = body
        request.headers = Self.headers(metadata)
        if !tags.isEmpty { request.headers.append(("x-amz-tagging", S3Signer.query(tags.map { ($0.key, $0.value) }))) }
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            try reply.expect(200, 201, words: words, purpose)
            return reply.written
        }
    }

    /// Whether the bucket keeps versions (GetBucketVersioning); servers without versions say off.
    package func versioning() async throws(S3Error) -> S3Versioning {
        var request = S3Request(.GET, "the versioning of the bucket")
        request.query = [("versioning", "")]
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            if reply.status == 501 { return .off }
            let root = try reply.document("VersioningConfiguration", words: words, purpose)
            switch root["Status"]?.word {
            case nil: return .off
            case "Enabled": return .enabled
            case "Suspended": return .suspended
            default: throw words.badReply(purpose, "its Status is neither Enabled nor Suspended")
            }
        }
    }
}
