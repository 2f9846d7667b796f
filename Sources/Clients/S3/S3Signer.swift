import Crypto
import Foundation

/// A request as SigV4 signs it
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
struct S3Signable: Sendable {
    let method: String
    /// Percent-encoded once, as it is sent. S3 takes it as it is: `//` and `..` are parts of keys.
    let path: String
    /// Not encoded yet, in any order.
    let query: [(name: String, value: String)]
    /// All that is signed, `host` and `x-amz-date` included.
    let headers: [(name: String, value: String)]
    /// SHA-256 of the body in hexadecimal digits.
    let bodyHash: String
}

/// Signs requests by AWS Signature Version 4, as a pure function of the request, the credentials and the instant.
struct S3Signer: Sendable {
    let credentials: S3Credentials
    let region: String
    /// `s3`; other services sign in the same way.
    var service = "s3"

    /// The value of the Authorization header.
    /// - Parameter date: as in `x-amz-date`: `20150830T123600Z`.
    func authorization(_ request: S3Signable, date: String) -> String {
        let signature = S3Encoding.hexadecimal(
            HMAC<SHA256>.authenticationCode(for: Data(stringToSign(request, date: date).utf8), using: key(date))
        )
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope(date)), "
            + "SignedHeaders=\(Self.signedHeaders(request)), Signature=\(signature)"
    }

    func stringToSign(_ request: S3Signable, date: String) -> String {
        "AWS4-HMAC-SHA256\n\(date)\n\(scope(date))\n\(Self.hash(Self.canonical(request).utf8))"
    }

    /// SHA-256 in hexadecimal digits.
    static func hash(_ bytes: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        hash.update(data: Data(bytes))
        return S3Encoding.hexadecimal(hash.finalize())
    }

    static func canonical(_ request: S3Signable) -> String {
        [
            request.method, request.path, query(request.query),
            merged(request).map { "\($0.name):\($0.value)\n" }.joined(), signedHeaders(request), request.bodyHash,
        ].joined(separator: "\n")
    }

    /// As it is signed, and as it is sent: encoded, and sorted by bytes.
    static func query(_ query: [(name: String, value: String)]) -> String {
        query.map { (name: S3Encoding.encode($0.name), value: S3Encoding.encode($0.value)) }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    private func scope(_ date: String) -> String { "\(date.prefix(8))/\(region)/\(service)/aws4_request" }

    private func key(_ date: String) -> SymmetricKey {
        var key = SymmetricKey(data: Data("AWS4\(credentials.secretKey)".utf8))
        for part in [String(date.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
        return key
    }

    private static func signedHeaders(_ request: S3Signable) -> String {
        merged(request).map(\.name).joined(separator: ";")
    }

    /// In small letters and sorted; of equal names one, with all values in their order; runs of spaces are one.
    private static func merged(_ request: S3Signable) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for header in request.headers {
            let words = header.value.split { $0 == " " || $0 == "\t" }
            values[header.name.lowercased(), default: []].append(words.joined(separator: " "))
        }
        return values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.joined(separator: ",")) }
    }
}
