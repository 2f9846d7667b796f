import Clients

/// What is to be copied: a held file, what it holds, how it goes and where to.
struct CopyOrder {
    let file: HeldFile
    /// Of the file, as they were read from its beginning to its end.
    let contents: FileContents
    /// What packs it on the way; `nil`: it goes as it is.
    let library: GzipLibrary?
    let bucket: CopyBucket
    /// Bytes of a part of what goes in parts.
    let partSize: Int

    // MARK: Words beside the object

    private static let digestName = "cleanupd-sha256"
    private static let sizeName = "cleanupd-size"

    /// What tells the copy from all else; and when the file was written, as rclone has it.
    var metadata: [String: String] {
        var words = [Self.digestName: contents.sha256, Self.sizeName: "\(contents.count)"]
        let (seconds, nanoseconds) = file.modified
        if seconds >= 0 {
            let digits = "\(nanoseconds)"
            words["mtime"] = "\(seconds).\(String(repeating: "0", count: max(0, 9 - digits.count)))\(digits)"
        }
        return words
    }

    /// Whether the words beside an object are those of a copy of these contents.
    func isNamed(by metadata: [String: String]) -> Bool {
        metadata[Self.digestName] == contents.sha256 && metadata[Self.sizeName] == "\(contents.count)"
    }
}
