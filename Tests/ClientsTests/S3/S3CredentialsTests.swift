import Support
import Testing

@testable import Clients

@Suite("S3: credentials")
struct S3CredentialsTests {
    private static let file = """
        # a comment
        [default]
        aws_access_key_id = AKDEFAULT
        aws_secret_access_key=hunter2zebra/+=x
          nested = no
        [ other ]
        AWS_ACCESS_KEY_ID = AKOTHER
        aws_secret_access_key = hunter2other
        aws_session_token = hunter2token
        [half]
        aws_access_key_id = AKHALF
        [empty]
        aws_access_key_id =
        """

    private func resolved(
        _ source: S3CredentialSource,
        _ environment: [String: String] = ["HOME": "/home/u"]
    ) throws -> S3Credentials {
        try source.resolve(name: "pictures", environment: environment) { path in
            guard path == "/home/u/.aws/credentials" || path == "/etc/keys" else { throw SupportError("no file") }
            return Self.file
        }
    }

    @Test func theEnvironmentComesFirst() throws {
        let environment = [
            "AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t", "HOME": "/home/u",
        ]
        #expect(
            try resolved(.environment, environment)
                == S3Credentials(accessKey: "AK", secretKey: "s", sessionToken: "t")
        )
        #expect(try resolved(.profile("other"), environment).accessKey == "AKOTHER")
    }

    @Test func theSharedFileIsRead() throws {
        #expect(
            try resolved(.environment) == S3Credentials(accessKey: "AKDEFAULT", secretKey: "hunter2zebra/+=x")
        )
        let other = S3Credentials(accessKey: "AKOTHER", secretKey: "hunter2other", sessionToken: "hunter2token")
        #expect(try resolved(.environment, ["AWS_PROFILE": "other", "HOME": "/home/u"]) == other)
        #expect(try resolved(.profile("other"), ["AWS_SHARED_CREDENTIALS_FILE": "/etc/keys"]) == other)
    }

    @Test(arguments: [
        (S3CredentialSource.environment, ["AWS_ACCESS_KEY_ID": "AK"], "AWS_SECRET_ACCESS_KEY is not"),
        (.environment, [:], "HOME"), (.environment, ["HOME": "/nowhere"], "cannot be read"),
        (.profile("none"), ["HOME": "/home/u"], "has no profile [none]"),
        (.profile("half"), ["HOME": "/home/u"], "needs both"), (.profile("empty"), ["HOME": "/home/u"], "needs both"),
    ])
    func whatIsMissingIsSaid(_ source: S3CredentialSource, _ environment: [String: String], _ words: String) {
        let error = #expect(throws: S3Error.self) { try resolved(source, environment) }
        #expect(error?.code == .credentials)
        #expect(error?.message.contains(words) == true && error?.message.contains("hunter2") == false)
    }

    @Test func nothingShowsASecret() throws {
        let credentials = try resolved(.profile("other"))
        let settings = S3Settings(
            bucket: "b",
            endpoint: "http://h",
            credentials: .fixed(credentials),
            environment: ["AWS_SECRET_ACCESS_KEY": "hunter2env"]
        )
        let client = S3Client(name: "pictures", settings: settings)
        let texts =
            shown(credentials) + shown(S3CredentialSource.fixed(credentials)) + shown(settings) + shown(client.settings)
            + shown(client.server)
        #expect(texts.allSatisfy { !$0.contains("hunter2") }, "\(texts)")
    }

    private func shown(_ value: some Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(reflecting: value), dumped]
    }
}
