/// Says what went wrong, for one connection: every error begins with its name and has the bucket in it.
struct S3Words: Sendable {
    let name: String
    /// Endpoint and bucket, without secrets.
    let server: String

    /// A key in quotes, control characters as `\u{1}`, and not longer than 200 characters.
    static func shown(_ key: String) -> String { "\"\(plain(key, limit: 200))\"" }

    /// One line of bounded length.
    static func plain(_ text: String, limit: Int) -> String {
        // Most texts are plain already.
        if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var result = ""
        for scalar in text.unicodeScalars.prefix(limit) {
            if scalar.properties.generalCategory == .control {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.count > limit ? result + "…" : result
    }

    /// The server answered, and said no.
    func refusal(_ purpose: String, status: Int?, awsCode: String?, message: String) -> S3Error {
        let code = Self.code(status: status, awsCode: awsCode)
        let said = [status.map(String.init), awsCode, Self.plain(message, limit: 300)].compactMap(\.self)
            .filter { !$0.isEmpty }
        return S3Error(
            code: code,
            status: status,
            awsCode: awsCode,
            message: "\(name): the S3 server \(server) refused \(purpose): \(said.joined(separator: " "))"
                + Self.advice(code, awsCode)
        )
    }

    /// What came cannot be an answer.
    func badReply(_ purpose: String, _ reason: String, status: Int? = nil) -> S3Error {
        S3Error(
            code: .badReply,
            status: status,
            message: "\(name): what \(server) answered to \(purpose) is not to be believed: \(reason); "
                + "check that an S3 server listens there"
        )
    }

    /// The answer ended too early.
    func cut(_ purpose: String, status: Int? = nil) -> S3Error {
        S3Error(
            code: .cutReply,
            status: status,
            message: "\(name): the answer of the S3 server \(server) to \(purpose) ended too early"
        )
    }

    /// There was no answer.
    func lost(
        _ purpose: String,
        _ code: S3Error.Code,
        _ reason: String,
        lacksConnection: Bool = false
    ) -> S3Error {
        S3Error(
            code: code,
            lacksConnection: lacksConnection,
            message: "\(name): the S3 server \(server) did not answer \(purpose): \(reason)"
        )
    }

    private static func code(status: Int?, awsCode: String?) -> S3Error.Code {
        switch awsCode {
        case "NoSuchBucket": return .missingBucket
        case "RequestTimeTooSkewed": return .clockSkew
        case "NotImplemented", "MethodNotAllowed": return .unsupported
        case "RequestTimeout": return .timeout
        case "AccessDenied", "AllAccessDisabled", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken",
            "InvalidToken", "TokenRefreshRequired", "AuthorizationHeaderMalformed", "AccountProblem":
            return .denied
        case "SlowDown", "Throttling", "ThrottlingException", "TooManyRequests", "RequestLimitExceeded",
            "RequestThrottled", "BandwidthLimitExceeded", "ServiceUnavailable":
            return .throttled
        case "InternalError": return .server
        default: break
        }
        switch status ?? 400 {
        case 401, 403: return .denied
        case 429, 503: return .throttled
        case 405, 501: return .unsupported
        case 500...: return .server
        default: return .refused
        }
    }

    /// What to do.
    private static func advice(_ code: S3Error.Code, _ awsCode: String?) -> String {
        switch (code, awsCode) {
        case (_, "SignatureDoesNotMatch"): "; check the secret key"
        case (_, "InvalidAccessKeyId"): "; check the access key"
        case (_, "AuthorizationHeaderMalformed"): "; check the region"
        case (_, "ExpiredToken"), (_, "TokenRefreshRequired"): "; renew the session token"
        case (.denied, _): "; give the user the right to do so, or check access key, secret key and region"
        case (.missingBucket, _): "; make the bucket, or check its name and the endpoint"
        case (.throttled, _): "; if this goes on, delete fewer at once"
        case (.clockSkew, _): "; set this machine's clock or the server's"
        case (.server, _): "; if this goes on, look into the server's log"
        default: ""
        }
    }
}

extension S3Error {
    /// What the configuration says cannot be used.
    static func settings(_ name: String, _ reason: String) -> S3Error {
        S3Error(code: .settings, message: "\(name): \(reason)")
    }

    /// There are no credentials.
    static func credentials(_ name: String, _ reason: String) -> S3Error {
        S3Error(code: .credentials, message: "\(name): \(reason)")
    }
}
