@testable import Clients

/// A shared credentials file of AWS.
enum CredentialsFuzz {
    static let target = FuzzTarget("credentials", longest: 4096) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let profiles = S3CredentialsFile(text).profiles
        for value in profiles.values.flatMap(\.values) {
            try require(!value.isEmpty && text.contains(value), "a value is not in the file")
            try require(!value.contains(where: \.isNewline), "a value has a line end")
        }
        let environment = ["AWS_SHARED_CREDENTIALS_FILE": "/run/credentials"]
        do {
            let found = try S3CredentialSource.profile("default")
                .resolve(name: "pictures", environment: environment) { _ in text }
            let own = profiles["default"] ?? [:]
            try require(own["aws_access_key_id"] == found.accessKey, "the access key is another profile's")
            try require(own["aws_secret_access_key"] == found.secretKey, "the secret key is another profile's")
        } catch let error as S3Error {
            let known = [
                "pictures: /run/credentials has no profile [default]; name one that it has",
                "pictures: [default] of /run/credentials needs both aws_access_key_id and aws_secret_access_key",
            ]
            try require(known.contains(error.message), "an error shows more than it should: \(error.message)")
        }
    }
}
