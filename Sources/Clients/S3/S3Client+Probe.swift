import Foundation

/// What the server can do, found out on an object of the probe's own.
extension S3Client {
    private static let probeName = ".cleanupd-probe-"

    /// The key of an object for one question.
    static func probeKey(beneath prefix: String) -> String { prefix + probeName + UUID().uuidString.lowercased() }

    /// Whether a key is that of a probe: nothing of the user's.
    ///
    /// Its last component begins as those of probes do; or it ends as they do, because a prefix need not end with a slash.
    package static func isProbe(key: String) -> Bool {
        // By bytes: a slash and an accent behind it are one character to Swift.
        let last = key.utf8.lastIndex(of: UInt8(ascii: "/")).map { key.utf8[key.utf8.index(after: $0)...] }
        if (last ?? key.utf8[...]).starts(with: probeName.utf8) { return true }
        let end = key.utf8.suffix(probeName.utf8.count + 36)
        return end.starts(with: probeName.utf8) && UUID(uuidString: String(Substring(end.suffix(36)))) != nil
    }

    /// Finds out whether conditions on deletions bite, by an object `.cleanupd-probe-…` of its own beneath the prefix:
    /// a deletion with a wrong ETag must leave it, one with the right one must take it. No other object is touched.
    ///
    /// Where it may not write, what it would have found out is unknown, and the reason says why.
    /// - Throws: if the bucket cannot be reached at all.
    package func probe(prefix: String = "") async throws(S3Error) -> S3Capabilities {
        var reasons: [String] = []
        var state: S3Versioning?
        do throws(S3Error) {
            state = try await versioning()
        } catch {
            guard error.isAboutOneThing else { throw error }
            reasons.append(error.message)
        }
        let key = Self.probeKey(beneath: prefix)
        let one = try await tried(&reasons) { () throws(S3Error) in
            try await conditionBites(key)
        }
        do throws(S3Error) {
            try await removeProbe(key, state)
        } catch {
            guard error.isAboutOneThing else { throw error }
            reasons.append("\(S3Words.shown(key)) may be left: \(error.message)")
        }
        return S3Capabilities(
            conditionalDelete: one,
            versioning: state,
            unknownReason: reasons.isEmpty ? nil : reasons.joined(separator: "; ")
        )
    }

    private func conditionBites(_ key: String) async throws(S3Error) -> Bool {
        let written = try await put(key: key, body: Array("cleanupd asks whether If-Match is heeded\n".utf8))
        // Of the same form as a right one, but of other contents.
        let outcome = try await delete(S3Deletion(key: key, etag: "00000000000000000000000000000000"))
        if case .failed(let error) = outcome, error.code != .unsupported { throw error }
        guard outcome == .changed || outcome == .doubtful,
            try await head(key: key, versionID: nil)?.etag == written.etag
        else { return false }
        if case .deleted = try await delete(S3Deletion(key: key, etag: written.etag)) {
            return try await head(key: key, versionID: nil) == nil
        }
        return false
    }

    /// Takes what the probe has left: the object, and its versions and markers where there are any.
    private func removeProbe(_ key: String, _ versioning: S3Versioning?) async throws(S3Error) {
        if versioning == .off { return try await removeCurrent(key) }
        do throws(S3Error) {
            try await removeVersions(key)
        } catch {
            // Who may not ask for versions may have none to remove.
            guard versioning == nil, error.isAboutOneThing else { throw error }
            try await removeCurrent(key)
        }
    }

    private func removeCurrent(_ key: String) async throws(S3Error) {
        guard let left = try await head(key: key, versionID: nil) else { return }
        try await remove(S3Deletion(key: key, etag: left.etag))
    }

    private func removeVersions(_ key: String) async throws(S3Error) {
        var position: S3Position?
        repeat {
            let page = try await listVersions(prefix: key, after: position)
            for version in page.elements where version.key.utf8.elementsEqual(key.utf8) {
                try await remove(S3Deletion(key: key, versionID: version.versionID))
            }
            position = page.next
        } while position != nil
    }

    private func remove(_ deletion: S3Deletion) async throws(S3Error) {
        switch try await delete(deletion) {
        case .deleted, .gone: return
        case .failed(let error): throw error
        case .changed, .doubtful:
            throw words.refusal("DELETE of \(S3Words.shown(deletion.key))", status: 412, awsCode: nil, message: "")
        }
    }

    /// - Returns: `nil` if it could not be found out.
    private func tried(
        _ reasons: inout [String],
        _ body: () async throws(S3Error) -> Bool
    ) async throws(S3Error) -> Bool? {
        do throws(S3Error) {
            return try await body()
        } catch {
            guard error.isAboutOneThing else { throw error }
            if !reasons.contains(error.message) { reasons.append(error.message) }
            return nil
        }
    }
}

extension S3Error {
    /// Says something of this request only, and nothing against the next.
    fileprivate var isAboutOneThing: Bool {
        switch code {
        case .unsupported, .refused: true
        // Others are about who asks.
        case .denied: awsCode == nil || awsCode == "AccessDenied"
        default: false
        }
    }
}
