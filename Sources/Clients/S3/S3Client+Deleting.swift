import NIOHTTP1

/// Deletions.
extension S3Client {
    /// Deletes one object or one version (DeleteObject), with `If-Match` if there is an ETag.
    ///
    /// A 404 of an S3 server is `gone`: also when an earlier attempt of this very call had deleted it and its answer was lost, so nothing
    /// is counted twice.
    /// - Throws: `.cancelled`, and what fails every request; what the server refuses is `.failed`.
    package func delete(_ deletion: S3Deletion) async throws(S3Error) -> S3DeletionOutcome {
        var request = S3Request(.DELETE, key: deletion.key, "DELETE")
        request.add(version: deletion.versionID)
        if let etag = deletion.etag { request.headers = [("if-match", "\"\(etag)\"")] }
        return try await outcome(of: request)
    }

    /// Aborts an upload and frees its parts (AbortMultipartUpload).
    /// - Returns: `gone` if it was completed or aborted before, where the server tells.
    package func abort(_ upload: S3Upload) async throws(S3Error) -> S3DeletionOutcome {
        var request = S3Request(.DELETE, key: upload.key, "the abortion of an upload")
        request.query = [("uploadId", upload.uploadID)]
        return try await outcome(of: request)
    }

    /// Deletes up to 1,000 objects or versions (DeleteObjects), with `<ETag>` where there is one.
    ///
    /// Not every server heeds `<ETag>`, and one that does may compare first and delete then: where others write, `delete`
    /// of one key at a time is the safe one. Keys that XML cannot carry are deleted one by one.
    /// - Returns: one outcome for each deletion, in order. What the server did not answer for is `.failed`.
    /// - Throws: if the request for all that XML can carry failed; some of it may have been carried out all the same.
    package func delete(_ deletions: [S3Deletion]) async throws(S3Error) -> [S3DeletionOutcome] {
        precondition(deletions.count <= 1000, "DeleteObjects takes 1,000 keys; the caller asks in parts")
        let batch = deletions.filter { S3DeleteDocument.canCarry($0.key) }
        var answered = batch.isEmpty ? [] : try await deleteBatch(batch)
        var outcomes: [S3DeletionOutcome] = []
        answered.reverse()
        for deletion in deletions {
            if S3DeleteDocument.canCarry(deletion.key), let outcome = answered.popLast() {
                outcomes.append(outcome)
            } else {
                outcomes.append(await single(deletion))
            }
        }
        return outcomes
    }

    /// Whatever becomes of one, the outcomes of the others are known.
    private func single(_ deletion: S3Deletion) async -> S3DeletionOutcome {
        do throws(S3Error) {
            return try await delete(deletion)
        } catch {
            return .failed(error)
        }
    }

    private func deleteBatch(_ deletions: [S3Deletion]) async throws(S3Error) -> [S3DeletionOutcome] {
        var request = S3Request(.POST, "DeleteObjects of \(deletions.count) keys")
        request.query = [("delete", "")]
        request.body = S3DeleteDocument.bytes(deletions)
        request.headers = S3DeleteDocument.headers(of: request.body)
        let (words, purpose) = (words, request.purpose)
        let outcomes = try await perform(request, parts: Self.failures) {
            (reply, attempt) throws(S3Error) -> [S3DeletionOutcome] in
            let root: S3XMLElement
            do throws(S3Error) {
                root = try reply.document("DeleteResult", words: words, purpose)
            } catch {
                throw attempt > 1 ? error.afterAnotherAttempt : error
            }
            let outcomes = try S3DeleteAnswer(root, words: words, purpose: purpose).outcomes(of: deletions)
            return attempt > 1 ? outcomes.map(\.afterAnotherAttempt) : outcomes
        }
        return outcomes.map(redacted)
    }

    private func outcome(of request: S3Request) async throws(S3Error) -> S3DeletionOutcome {
        let (words, purpose) = (words, request.purpose)
        let outcome = try await perform(request, parts: { Self.failures([$0]) }) {
            (reply, attempt) throws(S3Error) -> S3DeletionOutcome in
            switch reply.status {
            // A page of HTML with status 200 is no answer of an S3 server.
            case 204: return .deleted(isMarker: reply.says("x-amz-delete-marker"))
            case 200 where reply.body.isEmpty: return .deleted(isMarker: reply.says("x-amz-delete-marker"))
            case 404 where reply.isGone: return .gone
            case 409, 412: return attempt > 1 ? .doubtful : .changed
            default:
                let refusal = reply.error(words, purpose)
                let error = attempt > 1 ? refusal.afterAnotherAttempt : refusal
                // Those that may pass are tried again, and those that every key would meet end the run.
                guard !error.isRetryable, error.code == .refused || error.code == .denied else { throw error }
                return .failed(error)
            }
        }
        return redacted(outcome)
    }

    private func redacted(_ outcome: S3DeletionOutcome) -> S3DeletionOutcome {
        if case .failed(let error) = outcome { .failed(redacted(error)) } else { outcome }
    }
}

extension S3DeletionOutcome {
    /// What it means of a deletion that was tried before, with an unknown end.
    fileprivate var afterAnotherAttempt: S3DeletionOutcome {
        switch self {
        case .changed: .doubtful
        case .failed(let error): .failed(error.afterAnotherAttempt)
        case .deleted, .gone, .doubtful: self
        }
    }
}

extension S3Error {
    /// The same of a deletion that was tried before: a refusal of the last attempt says nothing of the one before it.
    var afterAnotherAttempt: S3Error {
        S3Error(
            code: code,
            status: status,
            awsCode: awsCode,
            message: message + "; what became of an attempt before this one is not known: it may have removed it"
        )
    }
}
