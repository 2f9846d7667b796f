extension Policy {
    /// Decides about candidates as of an instant: a pure function of its values, which touches nothing.
    ///
    /// Of a ``Quota`` the candidates are all that is used. Holds all of them in memory; the engine does not, and decides
    /// the same.
    /// - Parameters:
    ///   - candidates: of different names, in any order; their order decides nothing.
    ///   - now: what ages are counted from.
    /// - Returns: as many decisions as candidates, in their order.
    /// - Throws: the first reason for which the policy may not be used.
    public func plan(_ candidates: [Candidate], at now: Instant) throws(PolicyRefusal) -> Plan {
        let packing = try CandidatePacking(self)
        var judge = try Judge(policy: self, now: now)
        try Self.checkNames(candidates)
        var blocks: [ItemBlock] = []
        let usedBytes = packing.pack(candidates) { blocks.append($0) }
        judge.setUsedBytes(usedBytes)
        while judge.remainingPasses > 0 {
            for block in blocks { judge.observe(block) }
            judge.endPass()
        }
        var tally = Tally()
        var decisions: [Decision] = []
        decisions.reserveCapacity(candidates.count)
        for index in blocks.indices {
            tally += judge.judge(&blocks[index])
            let block = blocks[index]
            for item in block.items {
                let candidate = candidates[decisions.count]
                decisions.append(
                    Decision(candidate: candidate, verdict: item.verdict, reason: block.reason(of: item))
                )
            }
        }
        return Plan(decisions: decisions, tally: tally)
    }
    /// One that came twice would count twice, and others would go in its place. By bytes, because that is how stores
    /// tell names apart.
    private static func checkNames(_ candidates: [Candidate]) throws(PolicyRefusal) {
        var names: Set<[UInt8]> = []
        for candidate in candidates where !names.insert(Array(candidate.name.utf8)).inserted {
            throw PolicyRefusal(
                .ambiguous,
                key: "candidates",
                "Two candidates have the name \"\(DisplayName.printable(candidate.name.utf8.prefix(80)))\". "
                    + "Give each its own."
            )
        }
    }
}
