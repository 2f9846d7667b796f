import Foundation

/// A bucket of a test server, and what only tests do with it. Calls block, unless they are async.
package struct S3TestBucket: Sendable {
    package let server: S3TestServer
    package let name: String

    package var endpoint: String { server.endpoint }
    package var accessKey: String { server.accessKey }
    package var secretKey: String { server.secretKey }

    func make() throws { try expect(server.wire.send("PUT", "/\(name)")) }

    /// - Parameter status: `Enabled` or `Suspended`.
    package func setVersioning(_ status: String) throws {
        let xmlns = "http://s3.amazonaws.com/doc/2006-03-01/"
        let text = "<VersioningConfiguration xmlns=\"\(xmlns)\"><Status>\(status)</Status></VersioningConfiguration>"
        try expect(server.wire.send("PUT", "/\(name)", query: [("versioning", "")], body: Data(text.utf8)))
    }

    /// Writes an object with a key of plain letters.
    package func put(_ key: String, _ body: String = "contents", tags: String? = nil) throws {
        let headers = tags.map { ["x-amz-tagging": $0] } ?? [:]
        try expect(server.wire.send("PUT", "/\(name)/\(key)", headers: headers, body: Data(body.utf8)))
    }

    /// The keys of up to 1,000 objects.
    package func keys() throws -> Set<String> {
        let answer = try server.wire.send("GET", "/\(name)", query: [("list-type", "2")])
        try expect(answer)
        guard answer.element("IsTruncated") != "true" else { throw SupportError("there are more than 1,000 objects") }
        return Set(answer.text.matches(of: /<Key>([^<]*)<\/Key>/).map { String($0.1) })
    }

    /// Begins an upload, and leaves parts of these sizes.
    /// - Returns: its identifier.
    @discardableResult
    package func beginUpload(_ key: String, parts: [Int] = []) throws -> String {
        let begun = try server.wire.send("POST", "/\(name)/\(key)", query: [("uploads", "")])
        try expect(begun)
        guard let upload = begun.element("UploadId") else { throw SupportError("no upload: \(begun.text)") }
        for (index, size) in parts.enumerated() {
            let query = [("partNumber", "\(index + 1)"), ("uploadId", upload)]
            let body = Data(repeating: 0x2a, count: size)
            try expect(server.wire.send("PUT", "/\(name)/\(key)", query: query, body: body))
        }
        return upload
    }

    /// Writes an object that says it was written earlier, by the native interface of OpenStack Swift, which alone lets
    /// a client say so.
    /// - Parameter modified: seconds since 1970.
    package func put(_ key: String, _ body: String = "contents", modified: Int64) throws {
        guard server.kind == .swift else { throw SupportError("only OpenStack Swift is told when an object was made") }
        let user = ["X-Auth-User": server.accessKey, "X-Auth-Key": server.secretKey]
        let login = try server.wire.send("GET", "/auth/v1.0", headers: user, isSigned: false)
        try expect(login)
        guard let token = login.headers["x-auth-token"] else { throw SupportError("no token of OpenStack Swift") }
        let headers = ["X-Auth-Token": token, "X-Timestamp": "\(modified).00000"]
        let path = "/v1/AUTH_test/\(name)/\(key)"
        try expect(server.wire.send("PUT", path, headers: headers, body: Data(body.utf8), isSigned: false))
    }

    private func expect(_ answer: S3Wire.Answer) throws {
        guard (200..<300).contains(answer.status) else {
            let reason = answer.status >= 500 ? try server.logs : answer.text
            throw SupportError("\(server.kind) answered \(answer.status): \(reason)")
        }
    }
}
