import Glibc

/// What the kernel says of a file at one instant.
struct GzipFileState: Equatable, Sendable {
    struct Time: Equatable, Sendable {
        let seconds: Int64
        let nanoseconds: Int64

        fileprivate init(_ time: timespec) {
            seconds = Int64(time.tv_sec)
            nanoseconds = Int64(time.tv_nsec)
        }
    }

    let device: UInt64
    let inode: UInt64
    let size: Int64
    /// Space on the disk, in bytes.
    let allocated: Int64
    let modified: Time
    let changed: Time
    let accessed: Time
    let links: UInt64
    let isRegular: Bool
    /// Read, write and execute bits; set-id and sticky bits are left out, because an archive is not a program.
    let permissions: UInt32
    let user: UInt32
    let group: UInt32

    private init(_ info: stat) {
        device = UInt64(info.st_dev)
        inode = UInt64(info.st_ino)
        size = Int64(info.st_size)
        allocated = Int64(info.st_blocks) * 512
        modified = Time(info.st_mtim)
        changed = Time(info.st_ctim)
        accessed = Time(info.st_atim)
        links = UInt64(info.st_nlink)
        isRegular = info.st_mode & S_IFMT == S_IFREG
        permissions = UInt32(info.st_mode & 0o777)
        user = info.st_uid
        group = info.st_gid
    }

    /// State of an open file.
    init(of descriptor: borrowing GzipDescriptor, name: GzipName) throws(GzipError) {
        var info = stat()
        guard fstat(descriptor.raw, &info) == 0 else { throw .call("look at \(name.quoted)", -errno) }
        self.init(info)
    }

    /// State of the entry itself (a symlink is not followed); `nil` if there is none.
    static func ofEntry(_ name: GzipName, in directory: Int32) throws(GzipError) -> GzipFileState? {
        var info = stat()
        guard fstatat(directory, name.terminated, &info, AT_SYMLINK_NOFOLLOW) != 0 else { return GzipFileState(info) }
        let number = errno
        guard number == ENOENT else { throw .call("look at \(name.quoted)", -number) }
        return nil
    }

    func isSameFile(as other: GzipFileState) -> Bool { device == other.device && inode == other.inode }

    /// Whether nothing was written since; a change of owner, mode, name or links counts as well.
    func isUntouched(since earlier: GzipFileState) -> Bool { hasSameBytes(as: earlier) && changed == earlier.changed }

    /// Whether no byte was written since, as far as size and time of modification tell; a new name does not count.
    func hasSameBytes(as earlier: GzipFileState) -> Bool {
        isSameFile(as: earlier) && size == earlier.size && modified == earlier.modified && links == earlier.links
    }

    func matches(_ expected: GzipArchiver.Expected) -> Bool {
        inode == expected.inode && device == expected.device && size == expected.size
            && modified.seconds == expected.modifiedSeconds && modified.nanoseconds == expected.modifiedNanoseconds
            && changed.seconds == expected.changedSeconds && changed.nanoseconds == expected.changedNanoseconds
    }
}
