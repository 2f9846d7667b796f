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

/// What all signatures of one second have in common, so that it is worked out once.
struct S3Stamp: Sendable {
    /// As in `x-amz-date`: `20150830T123600Z`.
    let date: String
    /// What the key is for: day, region and service.
    let scope: String
    fileprivate let key: SymmetricKey
}

/// Signs requests by AWS Signature Version 4, as a pure function of the request, the credentials and the instant.
struct S3Signer: Sendable {
    let credentials: S3Credentials
    let region: String
    /// `s3`; other services sign in the same way.
    var service = "s3"

    /// SHA-256 of nothing.
    static let emptyHash = hash([])

    /// - Parameter date: as in `x-amz-date`: `20150830T123600Z`.
    func stamp(_ date: String) -> S3Stamp {
        let day = String(date.prefix(8))
        var key = SymmetricKey(data: Array("AWS4\(credentials.secretKey)".utf8))
        for part in [day, region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return S3Stamp(date: date, scope: "\(day)/\(region)/\(service)/aws4_request", key: key)
    }

    /// The value of the Authorization header.
    func authorization(_ request: S3Signable, _ stamp: S3Stamp) -> String {
        let (canonical, signedHeaders) = Self.parts(request)
        let text = Self.stringToSign(canonical, stamp)
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: stamp.key)
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(stamp.scope), "
            + "SignedHeaders=\(signedHeaders), Signature=\(Hexadecimal.text(code))"
    }

    /// - Parameter canonical: the request, as `canonical(_:)` writes it.
    static func stringToSign(_ canonical: String, _ stamp: S3Stamp) -> String {
        "AWS4-HMAC-SHA256\n\(stamp.date)\n\(stamp.scope)\n\(hash(canonical.utf8))"
    }

    /// SHA-256 in hexadecimal digits.
    static func hash(_ bytes: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        if bytes.withContiguousStorageIfAvailable({ hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }) == nil {
            hash.update(data: Array(bytes))
        }
        return Hexadecimal.text(hash.finalize())
    }

    static func canonical(_ request: S3Signable) -> String { parts(request).canonical }

    /// As it is signed, and as it is sent: encoded, and sorted by bytes.
    static func query(_ query: [(name: String, value: String)]) -> String {
        query.map { (name: S3Encoding.encode($0.name), value: S3Encoding.encode($0.value)) }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    private static func parts(_ request: S3Signable) -> (canonical: String, signedHeaders: String) {
        var (lines, names) = ("", "")
        for header in merged(request) {
            lines += header.name
            lines += ":"
            lines += header.value
            lines += "\n"
            if !names.isEmpty { names += ";" }
            names += header.name
        }
        var canonical = request.method
        for part in [request.path, query(request.query), lines, names, request.bodyHash] {
            canonical += "\n"
            canonical += part
        }
        return (canonical, names)
    }

    /// In small letters and sorted; of equal names one, with all values in their order; runs of spaces are one.
    private static func merged(_ request: S3Signable) -> [(name: String, value: String)] {
        var merged: [(name: String, value: String)] = []
        for header in request.headers {
            let (name, value) = (lowered(header.name), squeezed(header.value))
            // They are few, and most come in order.
            let place = (merged.lastIndex { $0.name <= name }).map { $0 + 1 } ?? 0
            if place > 0, merged[place - 1].name == name {
                merged[place - 1].value += ",\(value)"
            } else {
                merged.insert((name, value), at: place)
            }
        }
        return merged
    }

    private static func lowered(_ name: String) -> String {
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        return name.utf8.allSatisfy { $0 < 0x80 && !capitals.contains($0) } ? name : name.lowercased()
    }

    /// Without spaces at both ends, and with one instead of many in between.
    private static func squeezed(_ value: String) -> String {
        var isBehindSpace = true
        let isWhole = value.utf8.allSatisfy { byte in
            let isSpace = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
            defer { isBehindSpace = isSpace }
            return byte != UInt8(ascii: "\t") && !(isSpace && isBehindSpace)
        }
        if isWhole, !isBehindSpace { return value }
        return value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }
}
