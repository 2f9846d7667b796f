import Clients
import Retention

/// Reads what sources name into sets that items can be looked up in.
struct ReferenceReading: Sendable {
    /// What a source is to the task, as the subject of sentences: `The reference`.
    let noun: String
    /// Follows the source where it fails, up to its error.
    let consequence: String
    let paths: ReferencePaths
    /// The instant of the plan.
    let now: Instant

    /// All that one source names. Blocking.
    ///
    /// Throws `StoreError`: `.unreadable` for a source that fails or names more than is held, `.denied` for a value that
    /// is no path beneath the root. Throws `CancellationError` if it was cancelled.
    func names(of reference: Reference, _ isCancelled: () -> Bool) throws -> NameSet {
        paths.areNames ? .hashes(try hashes(reference, isCancelled)) : .paths(try keys(reference, isCancelled))
    }

    private func hashes(_ reference: Reference, _ isCancelled: () -> Bool) throws -> NameHashes {
        var hashes = NameHashesBuilder()
        try read(reference, most: NameHashes.most, isCancelled) { name in
            var name = name
            name.withUTF8 { hashes.append($0) }
        }
        return hashes.finish()
    }

    private func keys(_ reference: Reference, _ isCancelled: () -> Bool) throws -> ByteKeys {
        var keys = ByteKeysBuilder()
        try read(reference, most: NameSet.mostPaths, isCancelled) { name in
            do throws(ReferencePaths.Refusal) {
                for key in try paths.keys(of: name) { keys.append(key) }
            } catch {
                throw StoreError(
                    .denied,
                    "\(noun) \(reference.label) names \"\(PathText(name.utf8))\", which \(error.finding). "
                        + "Nothing was removed.",
                    guardName: .references
                )
            }
        }
        return keys.finish()
    }

    private func read(
        _ reference: Reference,
        most: Int,
        _ isCancelled: () -> Bool,
        _ take: (String) throws -> Void
    ) throws {
        // Ours, however the source may wrap it on its way through.
        var refusal: StoreError?
        var count = 0
        do {
            try reference.names(now, isCancelled) { name in
                guard !name.isEmpty else { return }
                do {
                    count += 1
                    guard count <= most else { throw StoreError.tooManyNames("\(noun) \(reference.label)", most: most) }
                    try take(name)
                } catch let error as StoreError {
                    refusal = error
                    throw error
                }
            }
        } catch {
            if let refusal { throw refusal }
            if isCancelled() { throw CancellationError() }
            let said = "\(error)"
            throw StoreError(
                .unreadable,
                "\(noun) \(reference.label) could not be read\(consequence): \(said)\(said.hasSuffix(".") ? "" : ".") "
                    + "Nothing was removed."
            )
        }
        // A source that stopped because it was asked to has not said all.
        if isCancelled() { throw CancellationError() }
    }
}

extension StoreError {
    /// - Parameter subject: what names them.
    static func tooManyNames(_ subject: String, most: Int) -> StoreError {
        StoreError(
            .unreadable,
            "\(subject) names more than \(most) things, which are not held at once. Nothing was removed. Narrow it, or let it "
                + "name each only once."
        )
    }
}
