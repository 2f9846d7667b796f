import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension S3Request {
    /// As it is sent.
    /// - Parameter date: as in `x-amz-date`.
    func signed(for address: S3Address, by signer: S3Signer, date: String) -> HTTPClientRequest {
        let path = address.path(key: key)
        let bodyHash = S3Signer.hash(body)
        var all = headers
        all.append(("host", address.authority))
        all.append(("x-amz-content-sha256", bodyHash))
        all.append(("x-amz-date", date))
        if let token = signer.credentials.sessionToken { all.append(("x-amz-security-token", token)) }
        let signable = S3Signable(method: method.rawValue, path: path, query: query, headers: all, bodyHash: bodyHash)
        all.append(("authorization", signer.authorization(signable, date: date)))
        all.append(("user-agent", "cleanupd"))
        var request = HTTPClientRequest(url: address.url(path: path, query: S3Signer.query(query)))
        request.method = method
        request.headers = HTTPHeaders(all)
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        return request
    }
}
