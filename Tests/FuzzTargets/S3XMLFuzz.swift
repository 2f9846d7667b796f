@testable import Clients

/// XML that S3 servers answer: any document, and what is made of listings and of answers to deletions.
enum S3XMLFuzz {
    private static let words = S3Words(name: "pictures", server: "h/b")
    private static let prefix = "a"

    static let target = FuzzTarget("s3xml", longest: 4096) { bytes in
        let root: S3XMLElement
        do throws(S3XMLParser.Failure) {
            root = try S3XMLParser.parse(bytes)
        } catch {
            return
        }
        // What is written out plainly reads as the same again.
        try require(
            try S3XMLParser.parse(Array(written(root).utf8)) == root,
            "a document is another when it is written"
        )
        for element in root.children {
            try checkListed(S3Listing(root, prefix: prefix, words: words, purpose: "x"), element)
        }
        try checkDeletions(root)
        try checkOrder(root)
    }

    private static func written(_ element: S3XMLElement) -> String {
        let text = element.text.unicodeScalars.map { "&#\($0.value);" }.joined()
        return "<\(element.name)>\(text)\(element.children.map(written).joined())</\(element.name)>"
    }

    private static func checkListed(_ listing: S3Listing, _ element: S3XMLElement) throws {
        do throws(S3Error) {
            let keys = [try listing.object(element).key, try listing.version(element).key]
            for key in keys where !key.utf8.starts(with: prefix.utf8) {
                throw S3Error(code: .badReply, message: "finding")
            }
        } catch {
            try require(error.message != "finding", "a key lies outside of the prefix")
            try require(isPlain(error.message), "an error has control characters: \(error.message)")
        }
    }

    /// Nothing counts as deleted of which the server does not say so.
    private static func checkDeletions(_ root: S3XMLElement) throws {
        var asked = root.children.prefix(8).compactMap { $0["Key"]?.text }.map { S3Deletion(key: $0) }
        asked += root.children.prefix(4).compactMap { element in
            element["Key"].map { S3Deletion(key: $0.text, versionID: element["VersionId"]?.word) }
        }
        asked.append(S3Deletion(key: "never/named"))
        do throws(S3Error) {
            let answer = try S3DeleteAnswer(root, words: words, purpose: "DELETE")
            let outcomes = try answer.outcomes(of: asked)
            guard outcomes.count == asked.count else { throw S3Error(code: .badReply, message: "finding") }
            for (deletion, outcome) in zip(asked, outcomes) {
                guard case .deleted = outcome else { continue }
                let isSaid = root.all("Deleted").contains { element in
                    element["Key"].map { $0.text.utf8.elementsEqual(deletion.key.utf8) } ?? false
                }
                guard isSaid else { throw S3Error(code: .badReply, message: "finding") }
            }
        } catch {
            try require(error.message != "finding", "something counts as deleted that was not answered for")
            try require(isPlain(error.message), "an error has control characters: \(error.message)")
        }
    }

    /// What is asked for reads as it is meant, whatever the keys are.
    private static func checkOrder(_ root: S3XMLElement) throws {
        let keys = ([root] + root.children).map(\.text).filter { !$0.isEmpty && S3DeleteDocument.canCarry($0) }
        let body = S3DeleteDocument.bytes(keys.map { S3Deletion(key: $0, versionID: $0, etag: $0) })
        let found = try S3XMLParser.parse(body).all("Object").map { $0["Key"]?.text ?? "" }
        let isSame = found.elementsEqual(keys) { $0.utf8.elementsEqual($1.utf8) }
        try require(isSame, "other keys are to be deleted than were asked for")
    }
}
