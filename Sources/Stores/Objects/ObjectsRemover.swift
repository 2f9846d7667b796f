import Clients
import Retention

/// Removes planned objects, versions and uploads, each after another look at it.
///
/// Between the look and the deletion others may write. A version with an id of its own cannot be overwritten. A current
/// object is removed on condition that its ETag is the planned one, where the server heeds that: then only an overwrite
/// by the very same content, within some milliseconds, is lost, and its content is that of the plan. Where the server
/// does not, whatever is written within that time is lost: such a task is refused unless it allows it. A server that
/// compares first and deletes then, in two steps, as OpenStack Swift does, cannot be told from one that does both at once;
/// there an overwrite within its own two steps is lost.
struct ObjectsRemover: Remover {
    /// How many deletions of one key each are under way at once.
    private static let width = 32
    /// Most that are looked at before they are removed: short enough for the look to be fresh.
    private static let fresh = 1000
    /// The same where no condition protects what is written meanwhile.
    private static let unprotected = 100

    let server: ObjectsServer
    let specification: ObjectsSpecification
    /// Current objects are removed by their ETag.
    let isConditional: Bool
    /// The bucket keeps versions, so that a current object stays as one, and its removal frees nothing.
    let keepsVersions: Bool

    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        var results = block.items.map { _ in ItemResult(.notTried) }
        let due = PlannedObject.all(of: block).filter { block.items[$0.index].verdict == .remove }
        let step = isConditional || !specification.removesCurrent ? Self.fresh : Self.unprotected
        for start in stride(from: 0, to: due.count, by: step) {
            if isCancelled() { break }
            remove(Array(due[start..<min(start + step, due.count)]), isCancelled, &results)
        }
        return results
    }

    private func remove(
        _ planned: [PlannedObject],
        _ isCancelled: @Sendable () -> Bool,
        _ results: inout [ItemResult]
    ) {
        var left: [PlannedObject] = []
        let looks = ObjectsLook(server: server).looks(
            at: planned.map(\.object),
            isNear: isConditional,
            isCancelled
        )
        for (one, look) in zip(planned, looks) {
            switch look {
            case .asPlanned: left.append(one)
            case .gone: results[one.index] = ItemResult(.gone)
            case .changed(let detail): results[one.index] = ItemResult(.changed, detail: detail)
            case .unknown(let error): results[one.index] = Self.failed(error)
            case .unasked: break
            }
        }
        left = free(left, isCancelled, &results)
        delete(left.filter { mayBatch($0.object) }, together: 1000, isCancelled, &results)
        delete(left.filter { !mayBatch($0.object) }, together: 1, isCancelled, &results)
    }

    /// Those whose tags still let them go: tags change without any other sign.
    private func free(
        _ planned: [PlannedObject],
        _ isCancelled: () -> Bool,
        _ results: inout [ItemResult]
    ) -> [PlannedObject] {
        guard specification.needsTags, !specification.uploads else { return planned }
        let verdicts: [ObjectsTags.Verdict]
        do throws(StoreError) {
            let tags = ObjectsTags(server: server, specification: specification)
            verdicts = try tags.verdicts(planned.map(\.object), isCancelled)
        } catch {
            for one in planned { results[one.index] = ItemResult(.failed, failure: .unknown, detail: error.message) }
            return []
        }
        return zip(planned, verdicts).compactMap { one, verdict in
            switch verdict {
            case .free: return one
            case .gone: results[one.index] = ItemResult(.gone)
            case .other, .kept:
                results[one.index] = ItemResult(.changed, detail: ObjectsWords.tagsChanged)
            case .unknown(let error): results[one.index] = Self.failed(error)
            case .unasked: break
            }
            return nil
        }
    }

    private func mayBatch(_ object: ListedObject) -> Bool {
        switch object.version.kind {
        // One request for each: SeaweedFS heeds the ETags of a batch, but compares first and deletes then.
        case .current: !isConditional
        case .noncurrent, .marker: true
        case .upload: false
        }
    }

    // MARK: Deletions

    private func delete(
        _ planned: [PlannedObject],
        together: Int,
        _ isCancelled: @Sendable () -> Bool,
        _ results: inout [ItemResult]
    ) {
        // Of those that go one by one no more begin once the run is cancelled.
        let step = together == 1 ? Self.fresh : together
        for start in stride(from: 0, to: planned.count, by: step) {
            if isCancelled() { return }
            let part = Array(planned[start..<min(start + step, planned.count)])
            let outcomes = together == 1 ? single(part, isCancelled) : batch(part, isCancelled)
            for (one, result) in zip(part, settled(part, outcomes, isCancelled)) { results[one.index] = result }
        }
    }

    func single(_ planned: [PlannedObject], _ isCancelled: () -> Bool) -> [S3DeletionOutcome?] {
        let isConditional = isConditional
        let answers = server.each(planned.map(\.object), width: Self.width, isCancelled) {
            (client, object) throws(S3Error) -> S3DeletionOutcome in
            let version = object.version
            guard version.kind == .upload else {
                return try await client.delete(Self.deletion(of: object, isConditional: isConditional))
            }
            let upload = S3Upload(key: object.key, uploadID: version.id, initiated: version.modified)
            return try await client.abort(upload)
        }
        return answers.map { answer in
            switch answer {
            case nil: nil
            case .success(let outcome): outcome
            case .failure(let error): .failed(error)
            }
        }
    }

    private func batch(_ planned: [PlannedObject], _ isCancelled: () -> Bool) -> [S3DeletionOutcome?] {
        let deletions = planned.map { Self.deletion(of: $0.object, isConditional: isConditional) }
        do throws(S3Error) {
            return try server.wait(isCancelled) { (client) throws(S3Error) in try await client.delete(deletions) }
        } catch {
            return planned.map { _ in .failed(error) }
        }
    }

    private static func deletion(of object: ListedObject, isConditional: Bool) -> S3Deletion {
        switch object.version.kind {
        case .current: S3Deletion(key: object.key, etag: isConditional ? object.version.etag : nil)
        case .noncurrent, .marker, .upload: S3Deletion(key: object.key, versionID: object.version.id)
        }
    }
}

extension ObjectsRemover {
    /// Of current objects, by what the server was seen to do.
    init(server: ObjectsServer, specification: ObjectsSpecification, capabilities: S3Capabilities) {
        let isConditional = capabilities.conditionalDelete == true
        self.init(
            server: server,
            specification: specification,
            isConditional: isConditional,
            keepsVersions: capabilities.versioning == .enabled || capabilities.versioning == .suspended
        )
    }
}
