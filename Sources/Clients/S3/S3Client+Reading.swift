import NIOHTTP1

/// Contents of objects, piece by piece.
extension S3Client {
    /// A piece of an object, if it still has that ETag (GetObject with a range and `If-Match`).
    /// - Parameters:
    ///   - object: as a HEAD told of it.
    ///   - offset: of the piece's first byte; before the end.
    ///   - count: of bytes, at most; of the last piece there may be fewer.
    /// - Returns: `nil` if the object is gone, or is another one by now.
    package func read(_ object: S3Object, from offset: Int64, count: Int) async throws(S3Error) -> [UInt8]? {
        let end = min(object.size, offset + Int64(count))
        let isWhole = offset == 0 && end == object.size
        var request = S3Request(.GET, key: object.key, "GET")
        request.headers = [("if-match", "\"\(object.etag)\""), ("range", "bytes=\(offset)-\(end - 1)")]
        let (words, purpose) = (words, request.purpose)
        return try await perform(request) { (reply, _) throws(S3Error) in
            if reply.isGone || reply.status == 412 || reply.status == 416 { return nil }
            if isWhole {
                // Who knows no ranges gives all, which is what was asked for.
                try reply.expect(200, 206, words: words, purpose)
            } else {
                try reply.expect(206, words: words, purpose)
            }
            guard Int64(reply.body.count) == end - offset else {
                throw words.otherLength(purpose, asked: end - offset, came: reply.body.count, status: reply.status)
            }
            return reply.body
        }
    }
}
