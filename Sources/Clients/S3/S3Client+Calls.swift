import NIOHTTP1

/// What the client tells of its calls.
extension S3Client {
    /// What it does, as operations of calls.
    package static let operations = [
        "list", "list_versions", "list_uploads", "list_parts", "head", "get", "get_tags", "get_versioning", "put",
        "begin_upload", "put_part", "complete_upload", "delete", "delete_objects", "abort",
    ]

    /// Tells the end of a call.
    func tell(
        _ request: S3Request,
        since start: ContinuousClock.Instant,
        attempts: Int,
        error: S3Error?,
        parts: [BackendCall.Failure: Int] = [:]
    ) {
        onCall?(
            BackendCall(
                operation: request.operation,
                seconds: (ContinuousClock.now - start) / .seconds(1),
                failure: error.flatMap(BackendCall.Failure.init),
                retries: attempts - 1,
                partFailures: parts
            )
        )
    }

    /// The keys of a list of deletions that were not deleted, by why.
    static func failures(_ outcomes: [S3DeletionOutcome]) -> [BackendCall.Failure: Int] {
        outcomes.reduce(into: [:]) { counts, outcome in
            guard case .failed(let error) = outcome, let failure = BackendCall.Failure(error) else { return }
            counts[failure, default: 0] += 1
        }
    }
}

extension S3Request {
    /// As in `S3Client.operations`.
    fileprivate var operation: String {
        let names = Set(query.map(\.name))
        switch method {
        case .HEAD: return "head"
        case .PUT: return names.contains("partNumber") ? "put_part" : "put"
        case .POST where names.contains("delete"): return "delete_objects"
        case .POST: return names.contains("uploads") ? "begin_upload" : "complete_upload"
        case .DELETE: return names.contains("uploadId") ? "abort" : "delete"
        default: break
        }
        let special = [
            "versions": "list_versions", "uploads": "list_uploads", "uploadId": "list_parts", "tagging": "get_tags",
            "versioning": "get_versioning",
        ]
        return special.first { names.contains($0.key) }?.value ?? (key == nil ? "list" : "get")
    }
}

extension BackendCall.Failure {
    /// `nil` for what the caller itself has ended.
    fileprivate init?(_ error: S3Error) {
        switch error.code {
        case .cancelled: return nil
        case .notConnected: self = .notThere
        case .disconnected, .tls, .cutReply: self = .connection
        case .timeout: self = .timeout
        case .denied, .credentials, .clockSkew: self = .denied
        case .throttled: self = .throttled
        case .badReply: self = .badReply
        case .server: self = .server
        case .settings, .missingBucket, .unsupported, .refused: self = .refused
        }
    }
}
