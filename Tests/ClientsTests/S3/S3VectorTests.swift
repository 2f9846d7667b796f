import Foundation
import Support
import Testing

@testable import Clients

@Suite("S3: signatures are those of Amazon's own examples")
struct S3VectorTests {
    private static let credentials = S3Credentials(
        accessKey: "AKIDEXAMPLE",
        secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    )
    private static let folder = Project.file("Tests/ClientsTests/S3/Vectors")

    /// Paths without extension.
    private static func vectors() throws -> [URL] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return names.filter { $0.hasSuffix(".req") }.sorted().map { folder.appending(path: $0).deletingPathExtension() }
    }

    @Test func allVectorsPass() throws {
        let vectors = try Self.vectors()
        #expect(vectors.count == 34)
        for vector in vectors {
            let request = try Self.request(vector)
            let date = "20150830T123600Z"
            let signer = S3Signer(credentials: Self.credentials, region: "us-east-1", service: "service")
            let canonical = S3Signer.canonical(request)
            let stamp = signer.stamp(date)
            #expect(try canonical == Self.text(vector, "creq"), "\(vector.lastPathComponent)")
            #expect(try S3Signer.stringToSign(canonical, stamp) == Self.text(vector, "sts"))
            #expect(try signer.authorization(request, stamp) == Self.text(vector, "authz"))
        }
    }

    @Test func pathsOfS3AreEncodedOnceAndNotNormalised() throws {
        let settings = S3Settings(bucket: "b", endpoint: "http://h", style: .path)
        let address = try S3Address(name: "pictures", settings: settings)
        #expect(address.path(key: "a//b/../c/./%2F é+ ~") == "/b/a//b/../c/./%252F%20%C3%A9%2B%20~")
    }

    private static func text(_ vector: URL, _ type: String) throws -> String {
        try String(contentsOf: vector.appendingPathExtension(type), encoding: .utf8).replacing("\r\n", with: "\n")
    }

    private static func request(_ vector: URL) throws -> S3Signable {
        let text = try text(vector, "req")
        let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        let body = parts.count > 1 ? parts[1] : ""
        // A line that begins with a space goes on with the header above it.
        let lines = parts[0].replacing("\n ", with: " ").split(separator: "\n")
        let words = lines[0].split(separator: " ")
        let target = words.dropFirst().dropLast().joined(separator: " ")
            .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        // The one whose token is not in the request, but comes from its credentials.
        let isLent = vector.lastPathComponent == "get-vanilla-with-session-token"
        let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
        let path = vector.path.contains("/normalize-path/") ? normalised(target[0]) : String(target[0])
        return S3Signable(
            method: String(words[0]),
            path: S3Encoding.encode(path, keepingSlashes: true),
            query: target.count > 1 ? try query(target[1]) : [],
            headers: lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), String(parts[1]))
            } + (isLent ? [("X-Amz-Security-Token", token)] : []),
            bodyHash: S3Signer.hash(body.utf8)
        )
    }

    private static func query(_ text: Substring) throws -> [(name: String, value: String)] {
        try text.split(separator: "&").map { pair in
            let parts = try pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                try #require(S3Encoding.decode(String($0).replacing("+", with: "%2B")))
            }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    /// As all services but S3 want it.
    private static func normalised(_ path: Substring) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        let isFolder = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..")
        return "/" + segments.joined(separator: "/") + (isFolder && !segments.isEmpty ? "/" : "")
    }
}
