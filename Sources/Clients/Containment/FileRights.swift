/// What a process may do to files, as landlock(7) tells it apart. The bits are the kernel's.
///
/// Only what changes something is here: reading is never restricted, because configuration, secrets, certificates and time
/// zones are read again while the process runs.
package struct FileRights: OptionSet, Sendable, Hashable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// To open a file for writing.
    package static let write = FileRights(rawValue: 1 << 1)
    package static let removeDirectory = FileRights(rawValue: 1 << 4)
    package static let removeFile = FileRights(rawValue: 1 << 5)
    static let makeCharacterDevice = FileRights(rawValue: 1 << 6)
    package static let makeDirectory = FileRights(rawValue: 1 << 7)
    package static let makeFile = FileRights(rawValue: 1 << 8)
    static let makeSocket = FileRights(rawValue: 1 << 9)
    static let makeFifo = FileRights(rawValue: 1 << 10)
    static let makeBlockDevice = FileRights(rawValue: 1 << 11)
    static let makeLink = FileRights(rawValue: 1 << 12)
    /// To link or move a file from one directory into another. Nothing here does: archives and exchanged files stay in
    /// their directory.
    static let refer = FileRights(rawValue: 1 << 13)
    package static let truncate = FileRights(rawValue: 1 << 14)
    /// Calls of ioctl(2) on devices that are opened later.
    static let controlDevice = FileRights(rawValue: 1 << 15)

    /// To take away what lies in a tree, and nothing else.
    package static let clean: FileRights = [.removeFile, .removeDirectory]
    /// To keep regular files in a folder: make, fill, rename, remove.
    package static let keepFiles: FileRights = [.makeFile, .write, .truncate, .removeFile]

    /// What a rule on something that is no directory may allow.
    static let ofFiles: FileRights = [.write, .truncate, .controlDevice]

    /// What a kernel with this version of Landlock can deny. Of those before 2 moving between directories is always
    /// denied; of those before 3 a file that may not be written to can still be truncated.
    package static func known(toVersion version: Int) -> FileRights {
        var rights: FileRights = [
            .write, .removeDirectory, .removeFile, .makeCharacterDevice, .makeDirectory, .makeFile, .makeSocket,
            .makeFifo, .makeBlockDevice, .makeLink,
        ]
        guard version >= 1 else { return [] }
        if version >= 2 { rights.insert(.refer) }
        if version >= 3 { rights.insert(.truncate) }
        if version >= 5 { rights.insert(.controlDevice) }
        return rights
    }

    /// In words, for people.
    package var words: String {
        if self == .clean { return "remove" }
        let files = isSuperset(of: .clean) ? "remove, make and write" : "make, write and remove files"
        return contains(.makeDirectory) ? files + ", make folders" : files
    }
}
