import Clients

extension FilesSpecification.Time {
    /// The time that the age of a file is counted from, in nanoseconds since the epoch.
    @inline(__always)
    func nanoseconds(of status: FileStatus) -> Int64 {
        switch self {
        case .mtime: status.modified
        case .atime: status.accessed
        case .ctime: status.changed
        // Int64.max where the file system does not keep it: lies in the future, so that it is kept.
        case .birth: status.born
        case .newest:
            max(status.modified, status.accessed, status.changed, status.born == .max ? .min : status.born)
        }
    }

    /// Whoever reads a file may make it younger.
    var countsAccess: Bool {
        switch self {
        case .atime, .newest: true
        case .mtime, .ctime, .birth: false
        }
    }
}
