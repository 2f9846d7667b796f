import NIOHTTP1

extension S3Request {
    /// As it is sent.
    func signed(for address: S3Address, by signer: S3Signer, _ stamp: S3Stamp) -> S3Message {
        let path = address.path(key: key)
        let bodyHash = body.isEmpty ? S3Signer.emptyHash : S3Signer.hash(body)
        var all = headers
        all.append(("host", address.authority))
        all.append(("x-amz-content-sha256", bodyHash))
        all.append(("x-amz-date", stamp.date))
        if let token = signer.credentials.sessionToken { all.append(("x-amz-security-token", token)) }
        let signable = S3Signable(method: method.rawValue, path: path, query: query, headers: all, bodyHash: bodyHash)
        all.append(("authorization", signer.authorization(signable, stamp)))
        all.append(("user-agent", "cleanupd"))
        if !body.isEmpty || method == .PUT || method == .POST { all.append(("content-length", "\(body.count)")) }
        let target = query.isEmpty ? path : "\(path)?\(S3Signer.query(query))"
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: HTTPHeaders(all))
        return S3Message(origin: address.origin, head: head, body: body)
    }
}
