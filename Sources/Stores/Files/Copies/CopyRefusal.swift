import Clients
import Retention

/// Why a file has no proved copy; so it stays.
struct CopyRefusal: Error {
    /// What it says of other files.
    enum Scope {
        /// Nothing: it is the file itself, or what is where its copy should be.
        case one
        /// The bucket took the connection and was silent: as long as it is, each other file waits as long.
        case silence
        /// Each would meet the same at once.
        case all
    }

    private(set) var result: ItemResult
    let scope: Scope
    /// The bucket has answered something since the file was begun: it is not silent.
    private(set) var isAnswered = false

    /// The file, or what is where its copy should be, is not as it has to be.
    init(_ failure: FailureReason, _ detail: String) {
        result = ItemResult(.failed, failure: failure, detail: detail)
        scope = .one
    }

    /// The file is in use, gone, another one by now, or cannot be read.
    init(_ error: GzipError) {
        result = ItemResult(error)
        scope = .one
    }

    /// The server refuses, or is not there.
    init(_ error: S3Error) {
        if error.code == .cancelled {
            result = ItemResult(.notTried)
        } else {
            result = ItemResult(.failed, failure: FailureReason(error), detail: "its copy: \(error.message)")
        }
        isAnswered = error.status != nil
        switch error.code {
        case .settings, .credentials, .notConnected, .tls, .missingBucket, .clockSkew: scope = .all
        case .timeout where error.lacksConnection: scope = .all
        // With a status it is the server that waited in vain, and said so.
        case .timeout: scope = error.status == nil ? .silence : .one
        case .disconnected, .denied, .throttled, .badReply, .cutReply, .unsupported, .refused, .server, .cancelled:
            scope = .one
        }
    }

    /// What becomes of a file; a failure begins with its name.
    /// - Parameter name: of the file, for people.
    func result(of name: String) -> ItemResult {
        guard result.outcome == .failed, let detail = result.detail else { return result }
        var named = result
        named.detail = "\(name) stays: \(detail)"
        return named
    }

    /// The same, with what was left behind and somebody else has to tidy up; `nil` = nothing.
    func adding(_ remark: String?) -> CopyRefusal {
        var refusal = self
        refusal.result = result.leaving(remark)
        return refusal
    }

    /// The same of a file for which the bucket had answered before.
    var answered: CopyRefusal {
        var refusal = self
        refusal.isAnswered = true
        return refusal
    }

    /// Does something with the file itself.
    static func orValue<Value>(_ body: () throws(GzipError) -> Value) throws(CopyRefusal) -> Value {
        do throws(GzipError) {
            return try body()
        } catch {
            throw CopyRefusal(error)
        }
    }
}

extension ItemResult {
    /// The same, with what was left behind and somebody else has to tidy up; `nil` = nothing.
    func leaving(_ remark: String?) -> ItemResult {
        guard let remark else { return self }
        var result = self
        result.detail = [detail, remark].compactMap(\.self).joined(separator: "; ")
        result.leftBehind = remark
        return result
    }
}
