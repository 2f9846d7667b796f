import Support
import Testing

@testable import Clients

@Suite("S3: answers to batches of deletions", .tags(.s2))
struct S3DeleteAnswerTests {
    private func outcomes(_ asked: [S3Deletion], _ answer: String) throws -> [S3DeletionOutcome] {
        let root = try S3XMLParser.parse(Array("<DeleteResult>\(answer)</DeleteResult>".utf8))
        let words = S3Words(name: "pictures", server: "h/b")
        return try S3DeleteAnswer(root, words: words, purpose: "DeleteObjects").outcomes(of: asked)
    }

    private func deleted(_ key: String, _ more: String = "") -> String { "<Deleted><Key>\(key)</Key>\(more)</Deleted>" }

    private func failure(_ outcome: S3DeletionOutcome) -> String? {
        if case .failed(let error) = outcome { error.message } else { nil }
    }

    @Test func everyKeyGetsItsOwnAnswerInAnyOrder() throws {
        let asked = ["a", "b", "c", "d", "e"].map { S3Deletion(key: $0) }
        let answer = """
            \(deleted("e", "<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>9</DeleteMarkerVersionId>"))
            <Error><Key>b</Key><Code>NoSuchKey</Code></Error><Error><Key>c</Key><Code>PreconditionFailed</Code></Error>
            <Error><Key>d</Key><Code>AccessDenied</Code><Message>no</Message></Error>\(deleted("a"))
            """
        let found = try outcomes(asked, answer)
        #expect(found[0] == .deleted(isMarker: false) && found[1] == .gone && found[2] == .changed)
        #expect(found[4] == .deleted(isMarker: true))
        #expect(
            failure(found[3])?.hasPrefix("pictures: the S3 server h/b refused DELETE of \"d\": AccessDenied no") == true
        )
    }

    @Test func versionsAreToldApart() throws {
        let asked = ["1", "2", "3"].map { S3Deletion(key: "a", versionID: $0) }
        let named = try outcomes(
            asked,
            deleted("a", "<VersionId>2</VersionId>")
                + "<Error><Key>a</Key><VersionId>1</VersionId><Code>X</Code></Error>"
                + deleted("a", "<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>3</DeleteMarkerVersionId>")
        )
        #expect(failure(named[0]) != nil)
        #expect(named[1...] == [.deleted(isMarker: false), .deleted(isMarker: true)])
        // As OpenStack Swift answers.
        let nameless = try outcomes(asked, String(repeating: deleted("a"), count: 3))
        #expect(nameless == Array(repeating: .deleted(isMarker: false), count: 3))
        #expect(try outcomes(asked, deleted("a") + deleted("a")).allSatisfy { failure($0) != nil })
        let mixed = try outcomes(asked, deleted("a") + deleted("a") + "<Error><Key>a</Key><Code>X</Code></Error>")
        #expect(mixed.allSatisfy { failure($0)?.contains("two things") == true })
    }

    @Test func whatWasNotAskedForIsNotBelieved() throws {
        let asked = [S3Deletion(key: "a"), S3Deletion(key: "b", versionID: "1")]
        let good = deleted("a") + deleted("b", "<VersionId>1</VersionId>")
        #expect(try outcomes(asked, good).allSatisfy { $0 == .deleted(isMarker: false) })
        #expect(throws: S3Error.self) { try outcomes(asked, good + deleted("c")) }
        #expect(throws: S3Error.self) { try outcomes(asked, good + deleted("b", "<VersionId>2</VersionId>")) }
        #expect(throws: S3Error.self) { try outcomes(asked, good + "<Deleted></Deleted>") }
        let swapped = try outcomes(asked, deleted("a") + deleted("c"))
        #expect(swapped[0] == .deleted(isMarker: false))
        #expect(failure(swapped[1])?.contains("tells nothing of \"b\", but of \"c\"") == true)
        #expect(try outcomes(asked, "").allSatisfy { failure($0) != nil })
        let twice = try outcomes(asked, good + "<Error><Key>a</Key><Code>InternalError</Code></Error>")
        #expect(failure(twice[0])?.contains("two things") == true)
    }

    @Test func keysThatAreEqualStringsOfDifferentBytesAreTwo() throws {
        let asked = ["\u{e9}", "e\u{301}"].map { S3Deletion(key: $0) }
        let found = try outcomes(asked, deleted("\u{e9}") + "<Error><Key>e\u{301}</Key><Code>NoSuchKey</Code></Error>")
        #expect(found == [.deleted(isMarker: false), .gone])
    }
}
