extension Policy {
    /// The policy as one English sentence.
    ///
    /// - Parameters:
    ///   - noun: what the task removes, in the plural; underscores become spaces.
    ///   - suffix: what compression makes of a file (`.gz`), if that is to be said.
    package func sentence(noun: String, compressesTo suffix: String? = nil) -> String {
        let noun = noun.split(separator: "_").joined(separator: " ")
        var clauses = [actions(noun: noun, suffix: suffix)]
        let kept = keptPhrases
        if !kept.isEmpty { clauses.append("keeps " + Self.joined(kept, by: "and")) }
        if budget != Budget() { clauses.append("does at most \(budget.list) a run") }
        let text = clauses.joined(separator: "; ") + "."
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    private func actions(noun: String, suffix: String?) -> String {
        var actions: [String] = []
        if let remove, remove.statesSomething {
            actions.append("removes \(noun) \(remove.list)")
        } else if removesSurplus {
            actions.append("removes all \(noun) that it does not keep")
        } else if removesEverything {
            actions.append("removes all \(noun) that match")
        }
        if let age = compressOlderThan {
            let object = actions.isEmpty ? noun : "those"
            actions.append("compresses \(object) older than \(age.text)" + (suffix.map { " to \($0)" } ?? ""))
        }
        if let quota {
            let object = actions.isEmpty ? noun : "more"
            actions.append(
                "removes \(object), oldest first, when over \(ByteSize.format(quota.maxBytes)) are used, "
                    + "until \(ByteSize.format(quota.freeToBytes)) are"
            )
        }
        return actions.isEmpty ? "removes nothing" : Self.joined(actions, by: "and")
    }

    private var keptPhrases: [String] {
        var phrases: [String] = []
        var common = keep.counts.phrases
        if keep.atLeast > 0 { common.insert("at least \(keep.atLeast)", at: 0) }
        let overrides = keep.groups.keys.sorted().map { group in
            let own = keep.groups[group]?.phrases ?? []
            return "\(DisplayName.printable(group.utf8)): \(own.isEmpty ? "none" : Self.joined(own, by: "and"))"
        }
        if !common.isEmpty || !overrides.isEmpty {
            let list = common.isEmpty ? "none" : Self.joined(common, by: "and")
            let others = overrides.isEmpty ? "" : " (\(overrides.joined(separator: "; ")))"
            phrases.append("\(list) of each group\(others)")
        }
        if !keep.match.isEmpty {
            let globs = keep.match.map { "\"\(DisplayName.printable($0.utf8))\"" }
            phrases.append("what matches \(Self.joined(globs, by: "or"))")
        }
        if keep.open { phrases.append("what is open for writing") }
        return phrases
    }

    /// `a`, `a and b`, `a, b and c`.
    private static func joined(_ parts: [String], by word: String) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return "\(parts.dropLast().joined(separator: ", ")) \(word) \(last)"
    }
}

extension Policy.Counts {
    /// The rules in words: `the last 10`, `the newest of each of 7 days`.
    fileprivate var phrases: [String] {
        var phrases: [String] = []
        if last > 0 { phrases.append("the last \(last)") }
        for unit in CalendarUnit.allCases where unit.limit(in: self) > 0 {
            let count = unit.limit(in: self)
            phrases.append(count == 1 ? "the newest of 1 \(unit)" : "the newest of each of \(count) \(unit)s")
        }
        if let within { phrases.append("those within \(within.text) of the newest") }
        return phrases
    }
}
