import CLinux
import Glibc

/// What tells a place from another that comes to lie under its path: file system, inode and mount.
package struct PlaceIdentity: Sendable, Equatable {
    package var device: UInt64
    package var inode: UInt64
    /// 0 where the kernel does not tell.
    package var mount: UInt64

    package init(device: UInt64, inode: UInt64, mount: UInt64) {
        self.device = device
        self.inode = inode
        self.mount = mount
    }

    init(_ raw: clinux_place) {
        self.init(device: raw.device, inode: raw.inode, mount: raw.mount)
    }

    /// Of what lies at a path now, symlinks followed; `nil` if nothing does, or it cannot be looked at.
    package init?(path: String) {
        var raw = clinux_place()
        let descriptor = clinux_open_place(path, &raw)
        guard descriptor >= 0 else { return nil }
        close(descriptor)
        self.init(raw)
    }

    /// The path without symlinks; `nil` if nothing is there.
    package static func resolve(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(validatingCString: pointer)
    }
}
