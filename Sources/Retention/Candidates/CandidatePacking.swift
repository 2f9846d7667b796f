/// Packs candidates into blocks, with whatever keeps each by itself: its own reason, and the globs of `keep.match`.
package struct CandidatePacking: Sendable {
    /// Bytes of a name, and of a version, that a block has room for.
    private static let mostBytes = Int(UInt16.max)

    private let globs: GlobSet

    /// Refuses a policy that states what only a store can heed: without it too much would go, or what is to be
    /// compressed would stay as it is, and nobody would hear of it.
    package init(_ policy: Policy) throws(PolicyRefusal) {
        if let unseen = policy.unseenCondition {
            throw PolicyRefusal(
                .unseen,
                key: unseen,
                "\(unseen) is for the stores of cleanupd itself. Leave it out, and hand over only what may go."
            )
        }
        do throws(GlobError) {
            globs = try GlobSet(policy.keep.match)
        } catch {
            throw PolicyRefusal(.pattern, key: "keep.match", error.message)
        }
    }

    /// Packs all, and hands over each block as soon as it is full, and the last one.
    /// - Returns: bytes of all together.
    package func pack(_ candidates: [Candidate], _ emit: (inout ItemBlock) throws -> Void) rethrows -> Int64 {
        var block = ItemBlock()
        var bytes: Int64 = 0
        for candidate in candidates {
            append(candidate, to: &block)
            bytes = bytes.addingSaturated(max(0, candidate.size))
            guard block.isFull else { continue }
            try emit(&block)
            block = ItemBlock()
        }
        if !block.items.isEmpty { try emit(&block) }
        return bytes
    }

    /// Appends one item to a block that is not full.
    ///
    /// A name or version that is too long is cut off, and its item kept: the rest of it could be another's.
    package func append(_ candidate: Candidate, to block: inout ItemBlock) {
        let name = Array(candidate.name.utf8)
        let version = Array(candidate.version.utf8)
        let group = block.internGroup(candidate.group)
        let index = name.prefix(Self.mostBytes).withUnsafeBytes { name in
            version.prefix(Self.mostBytes).withUnsafeBytes { version in
                block.append(
                    name: name,
                    version: version,
                    kind: .other,
                    group: group,
                    time: candidate.time,
                    size: candidate.size
                )
            }
        }
        let isTooLong = name.count > Self.mostBytes || version.count > Self.mostBytes
        let hold = isTooLong ? "kept: its name or version is too long" : candidate.keptBecause ?? match(name)
        if let hold { block.items[index].hold = block.internReason(hold) + 1 }
    }

    /// Why a glob keeps it; `nil` = none does.
    private func match(_ bytes: [UInt8]) -> String? {
        guard !globs.isEmpty else { return nil }
        let slash = UInt8(ascii: "/")
        var path = bytes[...].drop { $0 == slash }
        while path.last == slash { path.removeLast() }
        let name = path.lastIndex(of: slash).map { path[($0 + 1)...] } ?? path
        let glob = path.withUnsafeBytes { path in
            name.withUnsafeBytes { name in globs.firstMatch(path: path, name: name) }
        }
        return glob.map { "kept: matches \($0)" }
    }
}

extension Policy {
    /// The key of a condition or rule that only a store of cleanupd can see or carry out; `nil` = there is none.
    fileprivate var unseenCondition: String? {
        if compressOlderThan != nil { return "compress.older_than" }
        if keep.open { return "keep.open" }
        guard let remove else { return nil }
        if remove.isListed { return "remove.listed_by" }
        if remove.withoutTTL { return "remove.without_ttl" }
        return remove.isExpired ? "remove.expired" : nil
    }
}
