import Clients
import Retention

/// Why a file has no proved copy; so it stays.
struct ArchiveRefusal: Error {
    private(set) var result: ItemResult
    /// Every other file would meet the same.
    let isForAll: Bool

    /// The file, or what is where its copy should be, is not as it has to be.
    init(_ failure: FailureReason, _ detail: String) {
        result = ItemResult(.failed, failure: failure, detail: detail)
        isForAll = false
    }

    /// The file is in use, gone, another one by now, or cannot be read.
    init(_ error: GzipError) {
        result = ItemResult(error)
        isForAll = false
    }

    /// The server refuses, or is not there.
    init(_ error: S3Error) {
        if error.code == .cancelled {
            result = ItemResult(.notTried)
        } else {
            result = ItemResult(.failed, failure: FailureReason(error), detail: "its copy: \(error.message)")
        }
        switch error.code {
        case .settings, .credentials, .notConnected, .tls, .missingBucket, .clockSkew: isForAll = true
        case .disconnected, .denied, .throttled, .badReply, .cutReply, .timeout, .unsupported, .refused, .server,
            .cancelled:
            isForAll = false
        }
    }

    /// The same, with a remark about what could not be tidied up.
    func adding(_ remark: String?) -> ArchiveRefusal {
        guard let remark else { return self }
        var refusal = self
        refusal.result.detail = [result.detail, remark].compactMap(\.self).joined(separator: "; ")
        return refusal
    }

    /// Does something with the file itself.
    static func orValue<Value>(_ body: () throws(GzipError) -> Value) throws(ArchiveRefusal) -> Value {
        do throws(GzipError) {
            return try body()
        } catch {
            throw ArchiveRefusal(error)
        }
    }
}
