import CleanupConfiguration
import Crypto
import Foundation
import Stores

/// The SHA-256 of a file in PEM: whether it holds something else by now. Shows nothing of it.
struct CertificateDigest: Equatable {
    private let digest: SHA256Digest

    /// `nil` if the file cannot be read.
    init?(ofFile path: String) {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        digest = SHA256.hash(data: data)
    }

    static func unreadable(_ path: String, of name: String) -> StoreError {
        StoreError(
            .unreadable,
            "\(path), which connection \(name) needs for TLS, cannot be read. Is it there, and readable?"
        )
    }
}

extension Configuration.Connection.Kind {
    /// Absolute paths of the files in PEM that a connection reads once, when it is opened.
    var certificateFiles: [String] {
        switch self {
        case .redis(_, let ca): [ca].compactMap(\.self)
        case .s3(let bucket): [bucket.ca].compactMap(\.self)
        case .docker(let engine): engine.tls?.files ?? []
        // PostgreSQL's own library reads them for each session.
        case .postgres, .sqlite, .directory, .json: []
        }
    }
}
