import CZlib
import Crypto
import Foundation

/// The body of DeleteObjects, and the sums that go with it.
enum S3DeleteDocument {
    /// Whether XML 1.0 has all characters of a key (2.2); no way of writing gives it the others.
    static func canCarry(_ key: String) -> Bool {
        key.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x9, 0xa, 0xd, 0x20...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
            default: false
            }
        }
    }

    /// Without `<Quiet>`, so that the server answers for each key.
    static func bytes(_ deletions: [S3Deletion]) -> [UInt8] {
        var text = #"<?xml version="1.0" encoding="UTF-8"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">"#
        for deletion in deletions {
            text += "<Object><Key>\(escaped(deletion.key))</Key>"
            if let version = deletion.versionID { text += "<VersionId>\(escaped(version))</VersionId>" }
            if let etag = deletion.etag { text += "<ETag>\(escaped("\"\(etag)\""))</ETag>" }
            text += "</Object>"
        }
        return Array((text + "</Delete>").utf8)
    }

    /// Servers of different ages want different ones of them, and all accept both.
    static func headers(of body: [UInt8]) -> [(name: String, value: String)] {
        let sum = UInt32(crc32(0, body, uInt(body.count)))
        let bigEndian = withUnsafeBytes(of: sum.bigEndian) { Data($0) }
        return [
            ("content-type", "application/xml"),
            ("content-md5", Data(Insecure.MD5.hash(data: Data(body))).base64EncodedString()),
            ("x-amz-sdk-checksum-algorithm", "CRC32"),
            ("x-amz-checksum-crc32", bigEndian.base64EncodedString()),
        ]
    }

    /// Line ends as references too, which a reader would otherwise change (XML 1.0, 2.11).
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += "&#\(scalar.value);"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
