import CLinux
import Glibc

/// What says that an object is the very object: file system and inode.
package struct FileIdentity: Sendable, Hashable {
    package var device: UInt64
    package var inode: UInt64

    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

/// What statx(2) tells of an entry.
package struct FileStatus: Sendable {
    package enum Kind: UInt8, Sendable {
        case regular, directory, symlink, fifo, socket, device, unknown
    }

    package var kind: Kind = .unknown
    /// The root of a mount, also of a bind mount and of a file.
    package var isMountRoot = false
    /// Whether the kernel says so at all (Linux 5.8).
    var isMountRootKnown = false
    package var inode: UInt64 = 0
    /// `makedev(major, minor)`.
    package var device: UInt64 = 0
    package var links: UInt64 = 0
    /// Length of the contents.
    package var size: Int64 = 0
    /// What it takes on the disk.
    package var allocatedBytes: Int64 = 0
    /// Nanoseconds since the epoch, as are the others; held at the ends of the range.
    package var modified: Int64 = 0
    package var changed: Int64 = 0
    package var accessed: Int64 = 0
    /// `Int64.max` where the file system does not keep it.
    package var born: Int64 = 0
    /// Immutable or append-only (`chattr +i`, `+a`), where the file system tells.
    var isFixed = false
    package var mode: UInt32 = 0
    package var user: UInt32 = 0
    package var group: UInt32 = 0

    package init() {}

    package var identity: FileIdentity { FileIdentity(device: device, inode: inode) }

    /// Whether the entry belongs to another file system than the directory, of that device, in which it lies.
    ///
    /// Directories are compared by device too: a subvolume of btrfs is no mount but a world of its own. Files are not,
    /// because overlayfs gives those of its lower layers devices of their own.
    package func isForeign(to device: UInt64) -> Bool {
        isMountRoot || (self.device != device && (kind == .directory || !isMountRootKnown))
    }

    init(_ raw: clinux_status) {
        kind = Self.kind(mode: raw.mode)
        isMountRoot = raw.mount_root
        isMountRootKnown = raw.mount_root_known
        inode = raw.inode
        device = raw.device
        links = raw.links
        size = raw.size
        allocatedBytes = raw.blocks_bytes
        modified = raw.modified
        changed = raw.changed
        accessed = raw.accessed
        born = raw.born
        isFixed = raw.fixed
        mode = raw.mode
        user = raw.user
        group = raw.group
    }

    /// statx of an open file.
    init(descriptor: Int32) throws(SystemError) {
        var raw = clinux_status()
        var empty: CChar = 0
        _ = try SystemError.check(clinux_status(descriptor, &empty, &raw))
        self.init(raw)
    }

    private static func kind(mode: UInt32) -> Kind {
        switch mode & UInt32(S_IFMT) {
        case UInt32(S_IFREG): .regular
        case UInt32(S_IFDIR): .directory
        case UInt32(S_IFLNK): .symlink
        case UInt32(S_IFIFO): .fifo
        case UInt32(S_IFSOCK): .socket
        case UInt32(S_IFCHR), UInt32(S_IFBLK): .device
        default: .unknown
        }
    }
}
