/// Where the credentials come from; they are read again when a server refuses them as expired or unknown.
package enum S3CredentialSource: Sendable, Equatable {
    /// These.
    case fixed(S3Credentials)
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; where the first is not set, the shared
    /// file with the profile of `AWS_PROFILE`, or `default`.
    case environment
    /// This profile of the shared file: that of `AWS_SHARED_CREDENTIALS_FILE`, or `~/.aws/credentials`.
    case profile(String)

    /// The credentials.
    /// - Parameters:
    ///   - name: the connection's, with which every error begins.
    ///   - environment: the variables.
    ///   - read: gives the text of a file.
    /// - Throws: `.credentials` when there are none, or only half of them.
    func resolve(
        name: String,
        environment: [String: String],
        read: (_ path: String) throws -> String
    ) throws(S3Error) -> S3Credentials {
        switch self {
        case .fixed(let credentials): return credentials
        case .profile(let profile): return try Self.shared(name, profile, environment, read)
        case .environment:
            guard let accessKey = Self.value("AWS_ACCESS_KEY_ID", environment) else {
                return try Self.shared(name, Self.value("AWS_PROFILE", environment) ?? "default", environment, read)
            }
            guard let secretKey = Self.value("AWS_SECRET_ACCESS_KEY", environment) else {
                throw .credentials(name, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not; set both")
            }
            let token = Self.value("AWS_SESSION_TOKEN", environment)
            return S3Credentials(accessKey: accessKey, secretKey: secretKey, sessionToken: token)
        }
    }

    private static func shared(
        _ name: String,
        _ profile: String,
        _ environment: [String: String],
        _ read: (String) throws -> String
    ) throws(S3Error) -> S3Credentials {
        let path: String
        if let given = value("AWS_SHARED_CREDENTIALS_FILE", environment) {
            path = given
        } else if let home = value("HOME", environment) {
            path = home + "/.aws/credentials"
        } else {
            throw .credentials(
                name,
                "neither AWS_ACCESS_KEY_ID nor AWS_SHARED_CREDENTIALS_FILE nor HOME is set; set one"
            )
        }
        let text: String
        do {
            text = try read(path)
        } catch {
            throw .credentials(
                name,
                "the credentials file \(path) cannot be read; make it readable, or set AWS_ACCESS_KEY_ID and "
                    + "AWS_SECRET_ACCESS_KEY"
            )
        }
        return try credentials(in: text, name, profile, path)
    }

    private static func credentials(
        in text: String,
        _ name: String,
        _ profile: String,
        _ path: String
    ) throws(S3Error) -> S3Credentials {
        guard let values = S3CredentialsFile(text).profiles[profile] else {
            throw .credentials(name, "\(path) has no profile [\(profile)]; name one that it has")
        }
        guard let accessKey = values["aws_access_key_id"], let secretKey = values["aws_secret_access_key"] else {
            throw .credentials(
                name,
                "[\(profile)] of \(path) needs both aws_access_key_id and aws_secret_access_key"
            )
        }
        return S3Credentials(accessKey: accessKey, secretKey: secretKey, sessionToken: values["aws_session_token"])
    }

    /// An empty variable counts as one that is not set, as in AWS' own tools.
    private static func value(_ variable: String, _ environment: [String: String]) -> String? {
        guard let value = environment[variable], !value.isEmpty else { return nil }
        return value
    }
}
