import Clients
package import Retention

/// What all references of a task name, ready to be asked of items.
///
/// An item is named when a reference says its path, a path beneath it (of a directory that is to go as a whole), or a
/// directory that it lies in (a working directory in use is in use with all that it holds).
package struct ReferenceSet: Sendable {
    private struct Answer: Sendable {
        let hold: String
        let keys: ByteKeys
    }

    private var answers: [Answer] = []
    /// How many different paths each source named.
    package private(set) var baseline = ReferenceBaseline()

    /// Asks all references, one after another. Blocking.
    ///
    /// Throws `StoreError`: `.unreadable` for a source that fails, `.denied` for a value that is no path beneath the
    /// root, and with the guard `references` for an answer that is too small to be believed (`rules`). Throws
    /// `CancellationError` if it was cancelled.
    /// - Parameters:
    ///   - root: of the paths that are named; `nil` = they are names that mean what they say, as those of keys.
    ///   - last: what was believed last; sources that are not in it are only asked for something at all.
    ///   - isForced: a person has looked, and takes a smaller answer (but not none) for right.
    package init(
        asking references: [Reference],
        root: String?,
        aliases: [String],
        rules: ReferenceRules,
        last: ReferenceBaseline,
        isForced: Bool,
        isCancelled: () -> Bool
    ) throws {
        let paths = ReferencePaths(root: root, aliases: aliases)
        for reference in references {
            let values = try Self.ask(reference, isCancelled)
            var keys: [[UInt8]] = []
            keys.reserveCapacity(values.count)
            for value in values where !value.isEmpty {
                do {
                    keys += try paths.keys(of: value)
                } catch {
                    throw StoreError(
                        .denied,
                        "The reference \(reference.label) names \"\(PathText(value.utf8))\", which \(error.finding). "
                            + "Nothing was removed.",
                        guardName: .references
                    )
                }
            }
            let answer = Answer(hold: "referenced by \(reference.label)", keys: ByteKeys(keys))
            if rules.isOrphan {
                try rules.require(
                    answer.keys.count,
                    of: "The reference \(reference.label)",
                    after: last.counts[reference.id],
                    isForced: isForced
                )
            }
            baseline.counts[reference.id] = answer.keys.count
            answers.append(answer)
        }
    }

    private static func ask(_ reference: Reference, _ isCancelled: () -> Bool) throws -> [String] {
        do {
            return try reference.values(isCancelled)
        } catch {
            if isCancelled() { throw CancellationError() }
            throw StoreError(
                .unreadable,
                "The reference \(reference.label) could not be read, so that nobody knows what is still needed: \(error) "
                    + "Nothing was removed."
            )
        }
    }

    /// Marks the items that are named; what is held already keeps its reason.
    package func hold(_ block: inout ItemBlock) {
        for (index, answer) in named(in: block) where block.items[index].hold == 0 {
            block.items[index].hold = block.internReason(answers[answer].hold) + 1
        }
    }

    /// Which items are named, with the reason of the first reference that does, by index.
    package func reasons(in block: ItemBlock) -> [Int: String] {
        named(in: block).reduce(into: [:]) { $0[$1.item] = $0[$1.item] ?? answers[$1.answer].hold }
    }

    private func named(in block: ItemBlock) -> [(item: Int, answer: Int)] {
        var result: [(Int, Int)] = []
        let components = ReferencePaths.split(block.place[...])
        let place = ReferencePaths.key(components)
        // With a separator at its end, except for the root itself.
        var path = place.isEmpty ? [] : place + [ReferencePaths.separator]
        let stem = path.count
        for (number, answer) in answers.enumerated() {
            if Self.isWithin(components, answer.keys) {
                result += block.items.indices.map { ($0, number) }
                continue
            }
            guard path.withUnsafeBytes({ stem == 0 || answer.keys.containsKey(beginningWith: $0) }) else { continue }
            for (index, item) in block.items.enumerated() {
                path.removeSubrange(stem...)
                path.append(contentsOf: block.name(of: item))
                let isNamed = path.withUnsafeBytes { answer.keys.contains($0) }
                path.append(ReferencePaths.separator)
                if isNamed || path.withUnsafeBytes({ answer.keys.containsKey(beginningWith: $0) }) {
                    result.append((index, number))
                }
            }
        }
        return result
    }

    /// The directory, or one that it lies in, is named.
    private static func isWithin(_ components: [ArraySlice<UInt8>], _ keys: ByteKeys) -> Bool {
        components.indices.contains { last in
            ReferencePaths.key(components[...last]).withUnsafeBytes { keys.contains($0) }
        }
    }
}
