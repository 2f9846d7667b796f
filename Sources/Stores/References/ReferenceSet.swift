package import Retention

/// What all references of a task name, ready to be asked of items.
///
/// A file is named when a reference says its path, a path beneath it (of a directory that is to go as a whole), or a
/// directory that it lies in (a working directory in use is in use with all that it holds); anything else, when a
/// reference says one of its names.
package struct ReferenceSet: Sendable {
    private struct Answer: Sendable {
        let hold: String
        let names: NameSet
    }

    private let namesOfItem: ReferenceNames
    private var answers: [Answer] = []
    /// How many different things each source named.
    package private(set) var baseline = ReferenceBaseline()

    /// Asks all references, one after another. Blocking.
    ///
    /// Throws `StoreError`: `.unreadable` for a source that fails or names more than is held, `.denied` for a value that
    /// is no path beneath the root, and with the guard `references` for an answer that is too small to be believed
    /// (`rules`). Throws `CancellationError` if it was cancelled.
    /// - Parameters:
    ///   - root: of the paths that are named; `nil` = they are names that mean what they say, as those of keys.
    ///   - names: of an item, where it has no path.
    ///   - last: what was believed last; sources that are not in it are only asked for something at all.
    ///   - isForced: a person has looked, and takes a smaller answer (but not none) for right.
    ///   - now: the instant of the plan.
    package init(
        asking references: [Reference],
        root: String?,
        aliases: [String],
        names: @escaping ReferenceNames = { [$0.path(of: $1)] },
        rules: ReferenceRules,
        last: ReferenceBaseline,
        isForced: Bool,
        asOf now: Instant,
        isCancelled: () -> Bool
    ) throws {
        namesOfItem = names
        let reading = ReferenceReading(
            noun: "The reference",
            consequence: ", so that nobody knows what is still needed",
            paths: ReferencePaths(root: root, aliases: aliases),
            now: now
        )
        for reference in references {
            let names = try reading.names(of: reference, isCancelled)
            if rules.isOrphan {
                try rules.require(
                    names.count,
                    of: "The reference \(reference.label)",
                    after: last.counts[reference.id],
                    isForced: isForced
                )
            }
            baseline.counts[reference.id] = names.count
            answers.append(Answer(hold: "referenced by \(reference.label)", names: names))
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
        for (number, answer) in answers.enumerated() {
            let items =
                switch answer.names {
                case .paths(let keys): Self.items(of: block, on: keys)
                case .hashes(let hashes):
                    block.items.indices.filter { index in
                        namesOfItem(block, block.items[index]).contains { hashes.contains($0) }
                    }
                }
            result += items.map { ($0, number) }
        }
        return result
    }

    /// Indexes of the items that are named, hold what is, or lie in it.
    private static func items(of block: ItemBlock, on keys: ByteKeys) -> [Int] {
        let components = ReferencePaths.split(block.place[...])
        if isWithin(components, keys) { return Array(block.items.indices) }
        let place = ReferencePaths.key(components)
        // With a separator at its end, except for the root itself.
        var path = place.isEmpty ? [] : place + [ReferencePaths.separator]
        let stem = path.count
        guard path.withUnsafeBytes({ stem == 0 || keys.containsKey(beginningWith: $0) }) else { return [] }
        return block.items.indices.filter { index in
            path.removeSubrange(stem...)
            path.append(contentsOf: block.name(of: block.items[index]))
            let isNamed = path.withUnsafeBytes { keys.contains($0) }
            path.append(ReferencePaths.separator)
            return isNamed || path.withUnsafeBytes { keys.containsKey(beginningWith: $0) }
        }
    }

    /// The directory, or one that it lies in, is named.
    private static func isWithin(_ components: [ArraySlice<UInt8>], _ keys: ByteKeys) -> Bool {
        components.indices.contains { last in
            ReferencePaths.key(components[...last]).withUnsafeBytes { keys.contains($0) }
        }
    }
}
