import Clients

/// What reads a held file from its beginning to its end, and packs it perhaps.
protocol PartsReader: AnyObject {
    /// No part follows, or an empty one.
    var isAtEnd: Bool { get }

    /// The next part; only the last one has fewer bytes, or none.
    func part(of size: Int, isCancelled: () -> Bool) throws(GzipError) -> [UInt8]

    /// What was read, once all is.
    func contents(isCancelled: () -> Bool) throws(GzipError) -> FileContents
}

extension HeldFileReader: PartsReader {}
