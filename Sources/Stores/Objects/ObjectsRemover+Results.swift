import Clients
import Retention

/// What became of deletions.
extension ObjectsRemover {
    /// - Parameter outcomes: `nil` = not begun.
    func settled(
        _ planned: [PlannedObject],
        _ outcomes: [S3DeletionOutcome?],
        _ isCancelled: () -> Bool
    ) -> [ItemResult] {
        // No answer, but it may have been done: whoever is not there any more is gone by it.
        let doubtful = zip(planned, outcomes).compactMap { one, outcome in
            outcome?.isFateUnknown == true ? one : nil
        }
        let looks = ObjectsLook(server: server).presences(of: doubtful.map(\.object), isCancelled)
        var isGone: [Int: Bool] = [:]
        for (one, look) in zip(doubtful, looks) {
            if case .gone = look { isGone[one.index] = true }
        }
        return zip(planned, outcomes).map { one, outcome in
            isGone[one.index] == true
                ? result(.deleted(isMarker: false), one.object)
                : outcome.map { result($0, one.object) } ?? ItemResult(.notTried)
        }
    }

    private func result(_ outcome: S3DeletionOutcome, _ object: ListedObject) -> ItemResult {
        switch outcome {
        case .deleted(let isMarker):
            // Not every server says that it only made a marker.
            let makesMarker = isMarker || keepsVersions && object.version.kind == .current
            var result = ItemResult(.deleted, freedBytes: makesMarker ? 0 : object.version.size)
            result.isForGood = !makesMarker && object.version.kind != .marker
            return result
        case .gone: return ItemResult(.gone)
        case .changed, .doubtful: return ItemResult(.changed, detail: ObjectsWords.writtenAgain)
        case .failed(let error): return Self.failed(error)
        }
    }

    /// Removes an object that was looked at a moment ago.
    func removeNow(_ found: S3Object, isCancelled: () -> Bool) -> ItemResult {
        guard !found.etag.isEmpty || !isConditional else {
            return ItemResult(.failed, failure: .integrity, detail: ObjectsWords.noETagNow)
        }
        let version = ObjectVersion(kind: .current, modified: found.modified, size: found.size, etag: found.etag)
        let one = PlannedObject(index: 0, object: ListedObject(key: found.key, version: version, time: found.modified))
        return settled([one], single([one], isCancelled), isCancelled)[0]
    }

    static func failed(_ error: S3Error) -> ItemResult {
        ItemResult(.failed, failure: FailureReason(error), detail: error.message)
    }
}
