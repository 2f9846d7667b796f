import Clients

/// Looks whether objects still are as they were planned.
struct ObjectsLook: Sendable {
    enum Look: Sendable {
        case asPlanned
        case gone
        /// - Parameter detail: how, for people.
        case changed(detail: String)
        case unknown(S3Error)
        /// The run was cancelled before.
        case unasked
    }

    /// How many are asked for at once.
    static let width = 32
    /// A page of a listing that shows fewer of those that are looked for is dearer than to ask for each.
    private static let fewest = 16

    let server: ObjectsServer

    /// Whether each is still there, and as it was. Blocking.
    /// - Returns: parallel to `objects`.
    func presences(of objects: [ListedObject], _ isCancelled: () -> Bool) -> [Look] {
        ask(objects, known: [:], isCancelled) { (client, object) throws(S3Error) in
            try await Self.presence(of: object, client)
        }
    }

    /// Whether each may go by what it is now. Blocking.
    /// - Parameter isNear: they lie close to each other in the bucket's listing, which then tells of many at once.
    /// - Returns: parallel to `objects`.
    func looks(at objects: [ListedObject], isNear: Bool, _ isCancelled: () -> Bool) -> [Look] {
        ask(objects, known: isNear ? listed(objects, isCancelled) : [:], isCancelled) {
            (client, object) throws(S3Error) in
            try await Self.look(at: object, client)
        }
    }

    private func ask(
        _ objects: [ListedObject],
        known: [Int: Look],
        _ isCancelled: () -> Bool,
        _ question: @escaping @Sendable (S3Client, ListedObject) async throws(S3Error) -> Look
    ) -> [Look] {
        var looks: [Look?] = objects.indices.map { known[$0] }
        let rest = objects.indices.filter { looks[$0] == nil }
        let asked = server.each(rest.map { objects[$0] }, width: Self.width, isCancelled, question)
        for (index, answer) in zip(rest, asked) {
            switch answer {
            case nil: looks[index] = .unasked
            case .success(let look): looks[index] = look
            case .failure(let error): looks[index] = .unknown(error)
            }
        }
        return looks.compactMap(\.self)
    }

    // MARK: A listing of many

    /// Lists on from the first of the current objects, as long as the pages show enough of them; knows nothing of the
    /// order in which the server lists. What it did not show is left to be asked for.
    private func listed(_ objects: [ListedObject], _ isCancelled: () -> Bool) -> [Int: Look] {
        let current = objects.indices.filter { objects[$0].version.kind == .current }
        guard current.count >= Self.fewest, let first = current.first else { return [:] }
        var wanted = Dictionary(current.map { (Array(objects[$0].key.utf8), $0) }, uniquingKeysWith: { one, _ in one })
        var looks: [Int: Look] = [:]
        // The first one itself is asked for: a listing begins behind the key that it is told.
        wanted[Array(objects[first].key.utf8)] = nil
        let prefix = Self.commonPrefix(current.map { objects[$0].key })
        var position: S3Position? = .behind(key: objects[first].key)
        while !wanted.isEmpty, let start = position {
            let page: S3Page<S3Object>
            do throws(S3Error) {
                page = try server.wait(isCancelled) { (client) throws(S3Error) in
                    try await client.listObjects(prefix: prefix, after: start)
                }
            } catch {
                // Each is asked for then, and says for itself what is wrong.
                return looks
            }
            let before = wanted.count
            for found in page.elements {
                guard let index = wanted.removeValue(forKey: Array(found.key.utf8)) else { continue }
                looks[index] = Self.compare(found, with: objects[index].version, isExact: true)
            }
            guard before - wanted.count >= Self.fewest else { break }
            position = page.next
        }
        return looks
    }

    /// At a character, so that it is text.
    private static func commonPrefix(_ keys: [String]) -> String {
        guard let first = keys.first else { return "" }
        let length = keys.reduce(first.unicodeScalars.count) { length, key in
            min(length, zip(first.unicodeScalars, key.unicodeScalars).prefix { $0 == $1 }.count)
        }
        return String(String.UnicodeScalarView(first.unicodeScalars.prefix(length)))
    }

    // MARK: Questions for one

    /// A version or marker with an id of its own is what it was; but somebody may have removed what took its place.
    private static func look(at object: ListedObject, _ client: S3Client) async throws(S3Error) -> Look {
        switch object.version.kind {
        case .current, .upload: return try await presence(of: object, client)
        case .noncurrent, .marker:
            if object.version.id == ObjectVersion.unnamed {
                let presence = try await presence(of: object, client)
                guard case .asPlanned = presence else { return presence }
            }
            guard object.version.kind == .noncurrent else { return try await marker(object, client, isToGo: true) }
            let current = try await client.head(key: object.key, versionID: nil)
            let isCurrent = current.map { isSame($0, object.version) } ?? false
            return isCurrent ? .changed(detail: ObjectsWords.currentAgain) : .asPlanned
        }
    }

    private static func presence(of object: ListedObject, _ client: S3Client) async throws(S3Error) -> Look {
        let version = object.version
        switch version.kind {
        case .current, .noncurrent:
            let id = version.kind == .current ? nil : version.id
            guard let found = try await client.head(key: object.key, versionID: id) else { return .gone }
            return compare(found, with: version, isExact: false)
        case .marker: return try await marker(object, client, isToGo: false)
        case .upload:
            let upload = S3Upload(key: object.key, uploadID: version.id, initiated: version.modified)
            let size = try await client.uploadedBytes(upload)
            if size == version.size { return .asPlanned }
            return size == 0 ? .gone : .changed(detail: ObjectsWords.grew)
        }
    }

    /// A HEAD tells nothing of a marker on some servers.
    /// - Parameter isToGo: what its removal would bring back counts, too.
    private static func marker(
        _ object: ListedObject,
        _ client: S3Client,
        isToGo: Bool
    ) async throws(S3Error) -> Look {
        var position: S3Position?
        var isFound = false
        repeat {
            let page = try await client.listVersions(prefix: object.key, after: position)
            for found in page.elements {
                guard found.key.utf8.elementsEqual(object.key.utf8) else { continue }
                if isFound, found.versionID != object.version.id { return .changed(detail: ObjectsWords.hides) }
                guard found.versionID == object.version.id else { continue }
                guard found.isDeleteMarker, found.modified == object.version.modified else { return replaced }
                guard isToGo, found.isLatest else { return .asPlanned }
                isFound = true
            }
            // Keys that begin with this one follow it.
            let isBehind = page.elements.last?.key.utf8.elementsEqual(object.key.utf8) != true
            if isBehind || page.next == nil { return isFound ? .asPlanned : .gone }
            position = page.next
        } while true
    }

    private static let replaced = Look.changed(detail: ObjectsWords.writtenAgain)

    /// - Parameter isExact: `found` tells its time as the plan's listing did, and not in whole seconds.
    private static func compare(_ found: S3Object, with version: ObjectVersion, isExact: Bool) -> Look {
        let isSameTime =
            isExact ? found.modified == version.modified : found.modified / 1_000_000_000 == version.modifiedSeconds
        return isSameTime && found.etag == version.etag && found.size == version.size ? .asPlanned : replaced
    }

    /// Whether what is current is that version; where no id is told, whether it looks like it.
    private static func isSame(_ current: S3Object, _ version: ObjectVersion) -> Bool {
        guard let id = current.versionID else {
            return current.etag == version.etag && current.modified / 1_000_000_000 == version.modifiedSeconds
        }
        return id == version.id
    }
}
