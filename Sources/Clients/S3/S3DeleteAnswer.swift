/// What a server answered to DeleteObjects, key by key.
struct S3DeleteAnswer {
    /// By bytes, because different bytes can be equal strings.
    private struct Name: Hashable {
        let key: [UInt8]
        /// `nil`: no version was named.
        let version: [UInt8]?

        init(_ key: String, _ version: String?) {
            self.key = Array(key.utf8)
            self.version = version.map { Array($0.utf8) }
        }
    }

    private var answers: [Name: S3DeletionOutcome] = [:]
    private let words: S3Words
    private let purpose: String

    init(_ root: S3XMLElement, words: S3Words, purpose: String) throws(S3Error) {
        self.words = words
        self.purpose = purpose
        for element in root.children {
            switch element.name {
            case "Deleted":
                let isMarker = element["DeleteMarker"]?.word == "true"
                add(try name(element), .deleted(isMarker: isMarker))
            case "Error": add(try name(element), refusal(element))
            default: continue
            }
        }
    }

    /// - Returns: one outcome for each deletion, in order. What was not answered has failed; and all has, if the server
    ///   answers for a key that was not asked for while none is missing.
    func outcomes(of deletions: [S3Deletion]) throws(S3Error) -> [S3DeletionOutcome] {
        var unasked = Set(answers.keys)
        let found = deletions.map { deletion -> S3DeletionOutcome? in
            // Some servers name a version that was not asked for: the delete marker that they made, or `null`.
            let exact = Name(deletion.key, deletion.versionID)
            let name = answers[exact] != nil ? exact : unversioned(deletion, among: unasked)
            guard let name else { return nil }
            unasked.remove(name)
            return answers[name]
        }
        let stranger = unasked.min { $0.key.lexicographicallyPrecedes($1.key) }
        if let stranger, found.allSatisfy({ $0 != nil }) {
            throw words.badReply(purpose, "it tells of \(shown(stranger)), which was not asked for")
        }
        return zip(deletions, found).map { deletion, outcome in
            outcome ?? .failed(missing(deletion, instead: stranger))
        }
    }

    private func unversioned(_ deletion: S3Deletion, among names: Set<Name>) -> Name? {
        guard deletion.versionID == nil else { return nil }
        let key = Array(deletion.key.utf8)
        return names.first { $0.key == key }
    }

    private func missing(_ deletion: S3Deletion, instead stranger: Name?) -> S3Error {
        let reason = stranger.map { ", but of \(shown($0)), which was not asked for" } ?? ""
        return words.badReply(purpose, "it tells nothing of \(S3Words.shown(deletion.key))\(reason)")
    }

    private func shown(_ name: Name) -> String { S3Words.shown(String(decoding: name.key, as: UTF8.self)) }

    private func name(_ element: S3XMLElement) throws(S3Error) -> Name {
        guard let key = element["Key"]?.text, !key.isEmpty else {
            throw words.badReply(purpose, "it has an element without a key")
        }
        return Name(key, element["VersionId"]?.word)
    }

    /// Two answers for one key contradict each other unless they are the same.
    private mutating func add(_ name: Name, _ outcome: S3DeletionOutcome) {
        guard let other = answers[name], other != outcome else {
            answers[name] = outcome
            return
        }
        answers[name] = .failed(words.badReply(purpose, "it tells two things of \(shown(name))"))
    }

    private func refusal(_ element: S3XMLElement) -> S3DeletionOutcome {
        let awsCode = element["Code"]?.word
        switch awsCode {
        case "NoSuchKey", "NoSuchVersion": return .gone
        case "PreconditionFailed", "ConditionalRequestConflict", "OperationAborted": return .changed
        default:
            let key = S3Words.shown(element["Key"]?.text ?? "")
            let message = element["Message"]?.word ?? ""
            return .failed(words.refusal("DELETE of \(key)", status: nil, awsCode: awsCode, message: message))
        }
    }
}
