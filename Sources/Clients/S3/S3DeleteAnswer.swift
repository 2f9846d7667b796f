/// What a server answered to DeleteObjects, key by key.
struct S3DeleteAnswer {
    private struct Answer {
        /// The version that was deleted, and the delete marker that was; servers name one, both or none.
        var versions: Set<[UInt8]>
        let outcome: S3DeletionOutcome
    }

    /// By bytes, because different bytes can be equal strings.
    private var answers: [[UInt8]: [Answer]] = [:]
    private let words: S3Words
    private let purpose: String

    init(_ root: S3XMLElement, words: S3Words, purpose: String) throws(S3Error) {
        self.words = words
        self.purpose = purpose
        for element in root.children where element.name == "Deleted" || element.name == "Error" {
            guard let key = element["Key"]?.text, !key.isEmpty else {
                throw words.badReply(purpose, "it has an element without a key")
            }
            let versions = [element["VersionId"]?.word, element["DeleteMarkerVersionId"]?.word].compactMap(\.self)
            let isMarker = element["DeleteMarker"]?.word == "true"
            let outcome = element.name == "Error" ? refusal(element, key) : .deleted(isMarker: isMarker)
            answers[Array(key.utf8), default: []]
                .append(Answer(versions: Set(versions.map { Array($0.utf8) }), outcome: outcome))
        }
    }

    /// - Returns: one outcome for each deletion, in order. What was not answered has failed; and all has, if the server
    ///   answers for something that was not asked for while nothing is missing.
    func outcomes(of deletions: [S3Deletion]) throws(S3Error) -> [S3DeletionOutcome] {
        let asked = Dictionary(grouping: deletions.indices) { Array(deletions[$0].key.utf8) }
        var outcomes = [S3DeletionOutcome?](repeating: nil, count: deletions.count)
        var stranger = answers.keys.filter { asked[$0] == nil }.min { $0.lexicographicallyPrecedes($1) }
        for (key, indices) in asked {
            let versions = indices.map { deletions[$0].versionID.map { Array($0.utf8) } }
            let (found, isAll) = match(versions, answers[key] ?? [], key)
            for (index, outcome) in zip(indices, found) { outcomes[index] = outcome }
            if !isAll { stranger = key }
        }
        if let stranger, outcomes.allSatisfy({ $0 != nil }) {
            throw words.badReply(purpose, "it tells of \(shown(stranger)), which was not asked for in this way")
        }
        return zip(deletions, outcomes).map { deletion, outcome in
            outcome ?? .failed(missing(deletion, instead: stranger))
        }
    }

    /// Finds the answers to all deletions of one key.
    /// - Parameter versions: what was asked for; `nil`: the current object.
    /// - Returns: the outcomes, `nil` where there is no answer, and whether all answers were used.
    private func match(
        _ versions: [[UInt8]?],
        _ answers: [Answer],
        _ key: [UInt8]
    ) -> (outcomes: [S3DeletionOutcome?], isAll: Bool) {
        var outcomes = versions.map { version in
            version.flatMap { version in agreed(answers.filter { $0.versions.contains(version) }, key) }
        }
        let named = Set(versions.compactMap(\.self))
        var left = answers.filter { $0.versions.isDisjoint(with: named) }
        // With the current object a server may name the version that it was, or the delete marker that it made.
        if versions.contains(nil) {
            for index in versions.indices where versions[index] == nil { outcomes[index] = agreed(left, key) }
            left = []
        }
        // OpenStack Swift names no versions: as many answers as questions, and all the same, are one for each.
        let open = versions.indices.filter { outcomes[$0] == nil && versions[$0] != nil }
        let nameless = left.filter(\.versions.isEmpty)
        if !open.isEmpty, nameless.count >= open.count {
            for index in open { outcomes[index] = agreed(nameless, key) }
        }
        return (outcomes, left.allSatisfy(\.versions.isEmpty))
    }

    /// What answers say together; `nil`: there are none. Two that contradict each other are no answer to trust.
    private func agreed(_ answers: [Answer], _ key: [UInt8]) -> S3DeletionOutcome? {
        guard let first = answers.first else { return nil }
        guard answers.allSatisfy({ $0.outcome == first.outcome }) else {
            return .failed(words.badReply(purpose, "it tells two things of \(shown(key))"))
        }
        return first.outcome
    }

    private func missing(_ deletion: S3Deletion, instead stranger: [UInt8]?) -> S3Error {
        let reason = stranger.map { ", but of \(shown($0)), which was not asked for in this way" } ?? ""
        return words.badReply(purpose, "it tells nothing of \(S3Words.shown(deletion.key))\(reason)")
    }

    private func shown(_ key: [UInt8]) -> String { S3Words.shown(String(decoding: key, as: UTF8.self)) }

    private func refusal(_ element: S3XMLElement, _ key: String) -> S3DeletionOutcome {
        let awsCode = element["Code"]?.word
        switch awsCode {
        case "NoSuchKey", "NoSuchVersion": return .gone
        case "PreconditionFailed", "ConditionalRequestConflict", "OperationAborted": return .changed
        default:
            let message = element["Message"]?.word ?? ""
            return .failed(
                words.refusal("DELETE of \(S3Words.shown(key))", status: nil, awsCode: awsCode, message: message)
            )
        }
    }
}
