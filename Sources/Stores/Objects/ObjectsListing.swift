import Clients

/// Lists the bucket page by page; holds one page at a time.
struct ObjectsListing {
    /// How many uploads are asked for their parts at once.
    private static let width = 16

    let server: ObjectsServer
    let specification: ObjectsSpecification

    /// Hands over what is listed, in parts of about a page, in the server's order. Blocking. Throws `StoreError`, and what
    /// `take` throws.
    func forEachPage(isCancelled: () -> Bool, _ take: ([ListedObject]) throws -> Void) throws {
        if specification.uploads { return try uploads(isCancelled, take) }
        switch specification.versions {
        case .current: try objects(isCancelled, take)
        case .noncurrent, .all: try versions(isCancelled, take)
        }
    }

    private func objects(_ isCancelled: () -> Bool, _ take: ([ListedObject]) throws -> Void) throws {
        let prefix = specification.prefix
        try pages(isCancelled) { (client, position) throws(S3Error) in
            try await client.listObjects(prefix: prefix, after: position)
        } take: { objects in
            try take(
                objects.map { object in
                    let version = ObjectVersion(
                        kind: .current,
                        modified: object.modified,
                        size: object.size,
                        etag: object.etag,
                        id: object.versionID ?? ""
                    )
                    return ListedObject(key: object.key, version: version, time: object.modified)
                }
            )
        }
    }

    private func versions(_ isCancelled: () -> Bool, _ take: ([ListedObject]) throws -> Void) throws {
        let prefix = specification.prefix
        var history = VersionHistory(includesCurrent: specification.versions == .all)
        try pages(isCancelled) { (client, position) throws(S3Error) in
            try await client.listVersions(prefix: prefix, after: position)
        } take: { objects in
            try take(objects.flatMap { history.next($0) })
        }
        // A listing that was broken off does not tell that nothing lies beneath a marker.
        if !isCancelled() { try take(history.finish()) }
    }

    private func uploads(_ isCancelled: () -> Bool, _ take: ([ListedObject]) throws -> Void) throws {
        let prefix = specification.prefix
        try pages(isCancelled) { (client, position) throws(S3Error) in
            try await client.listUploads(prefix: prefix, after: position)
        } take: { uploads in
            let sizes = server.each(uploads, width: Self.width, isCancelled) { (client, upload) throws(S3Error) in
                try await client.uploadedBytes(upload)
            }
            try take(zip(uploads, sizes).map(Self.listed))
        }
    }

    private static func listed(_ upload: S3Upload, _ size: Result<Int64, S3Error>?) -> ListedObject {
        var listed = ListedObject(
            key: upload.key,
            version: ObjectVersion(kind: .upload, modified: upload.initiated, size: 0, id: upload.uploadID),
            time: upload.initiated
        )
        switch size {
        case nil: listed.hold = ObjectsWords.partsUnasked
        case .success(let size): listed.version.size = size
        case .failure(let error): listed.hold = ObjectsWords.partsUnread(error.message)
        }
        return listed
    }

    private func pages<Element: Sendable>(
        _ isCancelled: () -> Bool,
        _ ask: @escaping @Sendable (S3Client, S3Position?) async throws(S3Error) -> S3Page<Element>,
        take: ([Element]) throws -> Void
    ) throws {
        var position: S3Position?
        repeat {
            if isCancelled() { return }
            let page: S3Page<Element>
            do throws(S3Error) {
                page = try server.wait(isCancelled) { [position] (client) throws(S3Error) in
                    try await ask(client, position)
                }
            } catch {
                if error.code == .cancelled, isCancelled() { return }
                throw position == nil ? StoreError(error) : StoreError(midway: error)
            }
            try take(page.elements)
            position = page.next
        } while position != nil
    }
}
