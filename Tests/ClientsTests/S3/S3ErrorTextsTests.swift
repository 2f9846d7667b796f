import NIOHTTP1
import Support
import Testing

@testable import Clients

/// What is said of servers of S3 and of what they answer, to the letter; no server is asked.
@Suite("S3: texts of errors")
struct S3ErrorTextsTests {
    private static let words = S3Words(name: "pictures", server: "h/b")

    private static func unbelieved(_ reason: String) -> String {
        "pictures: what h/b answered to a listing is not to be believed: \(reason); "
            + "check that an S3 server listens there"
    }

    // MARK: Refusals

    @Test(
        arguments: [
            (403, "SignatureDoesNotMatch", "; check the secret key"),
            (403, "InvalidAccessKeyId", "; check the access key"),
            (400, "AuthorizationHeaderMalformed", "; check the region"),
            (400, "ExpiredToken", "; renew the session token"),
            (403, "AccessDenied", "; give the user the right to do so, or check access key, secret key and region"),
            (404, "NoSuchBucket", "; make the bucket, or check its name and the endpoint"),
            (503, "SlowDown", "; if this goes on, delete fewer at once"),
            (403, "RequestTimeTooSkewed", "; set this machine's clock or the server's"),
            (500, "InternalError", "; if this goes on, look into the server's log"), (400, "InvalidRequest", ""),
        ] as [(Int, String, String)]
    )
    func aRefusalIsSaidWithWhatToDo(_ status: Int, _ awsCode: String, _ advice: String) {
        #expect(
            Self.words.refusal("DELETE", status: status, awsCode: awsCode, message: "no").description
                == "pictures: the S3 server h/b refused DELETE: \(status) \(awsCode) no\(advice)"
        )
    }

    @Test(
        arguments: [
            (200, "", "pictures: the answer of the S3 server h/b to a listing ended too early"),
            (200, "{}", unbelieved("an element was expected: \"{}\"")),
            (200, "<html/>", unbelieved("it is no ListBucketResult: \"<html/>\"")),
            (404, "not here", unbelieved("status 404: \"not here\"")),
            (404, "", unbelieved("status 404: no word of S3")),
            (
                500, "",
                "pictures: the S3 server h/b refused a listing: 500; if this goes on, look into the server's log"
            ),
            (
                403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
                "pictures: the S3 server h/b refused a listing: 403 AccessDenied no; give the user the right to do so, "
                    + "or check access key, secret key and region"
            ),
        ] as [(Int, String, String)]
    )
    func anAnswerThatIsNoneIsSaidInWords(_ status: Int, _ body: String, _ expected: String) {
        let reply = S3Reply(status: status, headers: HTTPHeaders(), body: Array(body.utf8))
        let text = errorText { _ = try reply.document("ListBucketResult", words: Self.words, "a listing") }
        #expect(text == expected)
    }

    // MARK: Listings

    private typealias Read = @Sendable (S3Listing, S3XMLElement) throws -> Void

    /// Why what stands in a listing is not believed; the last element is read.
    private static func reason(_ xml: String, _ read: Read) throws -> String? {
        let root = try S3XMLParser.parse(Array("<r>\(xml)</r>".utf8))
        let listing = S3Listing(root, prefix: "p/", words: words, purpose: "a listing")
        return errorText { try read(listing, root.children.last ?? root) }
    }

    private static let object: Read = { listing, element in _ = try listing.object(element) }
    private static let version: Read = { listing, element in _ = try listing.version(element) }

    @Test func aListingThatMakesNoSenseIsSaidInWords() throws {
        let element = "<Key>p/a</Key><Size>1</Size>"
        let modified = "<LastModified>2026-01-02T03:04:05.000Z</LastModified>"
        let texts: [(String, Read, String)] = [
            ("<Contents><Size>1</Size></Contents>", Self.object, "an element has no key"),
            ("<Contents><Key>q</Key></Contents>", Self.object, "\"q\" does not begin with the prefix \"p/\""),
            ("<Contents><Key>p/a</Key><Size>x</Size></Contents>", Self.object, "a size is none"),
            ("<Contents>\(element)</Contents>", Self.object, "LastModified is missing, or no time"),
            (
                "<EncodingType>url</EncodingType><Contents><Key>p/%zz</Key></Contents>", Self.object,
                "a key is not encoded as the answer says"
            ),
            ("<Version>\(element)</Version>", Self.version, "a version has no VersionId"),
            (
                "<Version>\(element)<VersionId>1</VersionId>\(modified)</Version>", Self.version,
                "IsLatest is neither true nor false"
            ),
            ("<Upload>\(element)</Upload>", { _ = try $0.upload($1) }, "an upload has no UploadId"),
            ("", { listing, _ in _ = try listing.isTruncated() }, "IsTruncated is neither true nor false"),
        ]
        for (xml, read, expected) in texts {
            #expect(try Self.reason(xml, read) == Self.unbelieved(expected), "\(xml)")
        }
        let more = "<IsTruncated>true</IsTruncated>"
        let nowhere = try Self.reason(more) { listing, _ in
            _ = try listing.next(after: nil) { _ in nil }
        }
        #expect(nowhere == Self.unbelieved("it says that there is more, but not where"))
        let circle = try Self.reason(more) { listing, _ in
            _ = try listing.next(after: S3Position(.token("x"))) { _ in .token("x") }
        }
        #expect(circle == Self.unbelieved("it goes on where it has been before"))
    }

    // MARK: Deletions

    /// What is said of the first key that was asked for.
    private static func answer(_ keys: [String], _ xml: String) throws -> String? {
        let root = try S3XMLParser.parse(Array("<DeleteResult>\(xml)</DeleteResult>".utf8))
        return errorText {
            let answer = try S3DeleteAnswer(root, words: words, purpose: "a listing")
            let outcomes = try answer.outcomes(of: keys.map { S3Deletion(key: $0) })
            if case .failed(let error)? = outcomes.first { throw error }
        }
    }

    @Test func anAnswerToDeletionsThatMakesNoSenseIsSaidInWords() throws {
        let (a, c) = ("<Deleted><Key>a</Key></Deleted>", "<Deleted><Key>c</Key></Deleted>")
        let stranger = "\"c\", which was not asked for in this way"
        #expect(try Self.answer(["a"], "<Deleted></Deleted>") == Self.unbelieved("it has an element without a key"))
        #expect(try Self.answer(["a"], a + c) == Self.unbelieved("it tells of \(stranger)"))
        #expect(try Self.answer(["a"], "") == Self.unbelieved("it tells nothing of \"a\""))
        #expect(try Self.answer(["a"], c) == Self.unbelieved("it tells nothing of \"a\", but of \(stranger)"))
        let both = a + "<Error><Key>a</Key><Code>InternalError</Code></Error>"
        #expect(try Self.answer(["a"], both) == Self.unbelieved("it tells two things of \"a\""))
    }

    // MARK: Settings

    @Test(arguments: [
        (S3Settings(bucket: "a/b"), "\"a/b\" is no name of a bucket; use letters, digits, - . and _"),
        (
            S3Settings(bucket: "a", region: ""),
            "the region is none; use letters, digits and -, such as us-east-1"
        ),
        (
            S3Settings(bucket: "a", endpoint: "ftp://hunter2@x"),
            "the endpoint is no address; write http:// or https://, a host, and a port if it needs one, no path, "
                + "no user and no password"
        ),
    ])
    func settingsAreRefusedInWords(_ settings: S3Settings, _ expected: String) {
        let text = errorText { _ = try S3Address(name: "pictures", settings: settings) }
        #expect(text == "pictures: \(expected)")
    }

    @Test(arguments: [
        (
            S3CredentialSource.environment, ["AWS_ACCESS_KEY_ID": "AK"],
            "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not; set both"
        ),
        (
            .environment, [:],
            "neither AWS_ACCESS_KEY_ID nor AWS_SHARED_CREDENTIALS_FILE nor HOME is set; set one"
        ),
        (
            .environment, ["HOME": "/no"],
            "the credentials file /no/.aws/credentials cannot be read; make it readable, or set AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY"
        ),
        (.profile("x"), ["HOME": "/h"], "/h/.aws/credentials has no profile [x]; name one that it has"),
        (
            .profile("half"), ["HOME": "/h"],
            "[half] of /h/.aws/credentials needs both aws_access_key_id and aws_secret_access_key"
        ),
    ])
    func credentialsAreRefusedInWords(_ source: S3CredentialSource, _ environment: [String: String], _ why: String) {
        let text = errorText {
            _ = try source.resolve(name: "pictures", environment: environment) { path in
                guard path.hasPrefix("/h/") else { throw CancellationError() }
                return "[half]\naws_access_key_id = AK\n"
            }
        }
        #expect(text == "pictures: \(why)")
    }
}
