/// What the server does with tags, found out on an object of the probe's own.
extension S3Client {
    /// Finds out whether tags are kept: some servers take and give none, and say nothing of it.
    ///
    /// Writes an object `.cleanupd-probe-…` with a tag beneath the prefix, and removes it. No other object is touched.
    /// - Returns: `nil` where it may not write, or tags nothing: then it is not known.
    /// - Throws: if the bucket cannot be reached at all, or the object cannot be removed again.
    package func keepsTags(prefix: String = "") async throws(S3Error) -> Bool? {
        let key = Self.probeKey(beneath: prefix)
        let tags = ["cleanupd": "probe"]
        let written: S3Written
        do throws(S3Error) {
            written = try await put(key: key, body: Array("cleanupd asks whether tags are kept\n".utf8), tags: tags)
        } catch {
            switch error.code {
            case .unsupported, .refused: return false
            case .denied: return nil
            default: throw error
            }
        }
        let answer: Result<Bool?, S3Error>
        do throws(S3Error) {
            answer = .success(try await self.tags(key: key, versionID: nil) == tags)
        } catch {
            answer = error.code == .unsupported ? .success(false) : .failure(error)
        }
        if case .failed(let error) = try await delete(S3Deletion(key: key, versionID: written.versionID)) {
            throw error
        }
        return try answer.get()
    }
}
