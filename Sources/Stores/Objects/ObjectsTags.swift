import Clients

/// Reads tags, and says what they mean to the task.
struct ObjectsTags: Sendable {
    enum Verdict: Sendable, Equatable {
        /// It has the tags that it must have, and none that keeps.
        case free
        /// It lacks a tag that it must have.
        case other
        /// - Parameter reason: which tag keeps it.
        case kept(reason: String)
        case gone
        case unknown(S3Error)
        /// The run was cancelled before.
        case unasked
    }

    /// How many are asked for at once.
    private static let width = 16

    let server: ObjectsServer
    let specification: ObjectsSpecification

    /// Asks for the tags of each. Blocking.
    ///
    /// Throws `StoreError` where the server has no tags: a task that asks for them cannot be done.
    /// - Returns: parallel to `objects`.
    func verdicts(_ objects: [ListedObject], _ isCancelled: () -> Bool) throws(StoreError) -> [Verdict] {
        let answers = server.each(objects, width: Self.width, isCancelled) {
            (client, object) throws(S3Error) -> [String: String]? in
            // A marker has none.
            guard object.version.kind != .marker else { return [:] }
            let id = object.version.kind == .current ? nil : object.version.id
            return try await client.tags(key: object.key, versionID: id)
        }
        var verdicts: [Verdict] = []
        for answer in answers {
            switch answer {
            case nil: verdicts.append(.unasked)
            case .success(let tags): verdicts.append(tags.map(verdict) ?? .gone)
            case .failure(let error) where error.code == .unsupported: throw server.withoutTags
            case .failure(let error): verdicts.append(.unknown(error))
            }
        }
        return verdicts
    }

    func verdict(_ tags: [String: String]) -> Verdict {
        let keeping = specification.keepTags.filter { Self.has(tags, $0.key, $0.value) }.keys.min()
        if let keeping { return .kept(reason: HoldReason.tag(keeping, tags[keeping] ?? "")) }
        return specification.tags.allSatisfy { Self.has(tags, $0.key, $0.value) } ? .free : .other
    }

    private static func has(_ tags: [String: String], _ name: String, _ value: String) -> Bool {
        tags[name].map { value == "*" || $0 == value } ?? false
    }
}
