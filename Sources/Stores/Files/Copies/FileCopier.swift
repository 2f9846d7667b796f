import Clients
import Retention
import Synchronization

/// Copies files to a bucket, proves that the copies are there, and only then lets the files go. For one run; thread-safe.
///
/// The order is the safety: hold the file, read it, look at the key, send, look at the key again, compare, look at the
/// file again, remove. A crash, a stop or an error in between leaves the file where it was, and at worst a copy that the
/// next run finds, proves and takes for its own.
final class FileCopier: Sendable {
    /// A file that a plan removes.
    struct Candidate {
        let directory: DirectoryHandle
        let name: [UInt8]
        /// From the task's path.
        let path: ArraySlice<UInt8>
        let version: FileVersion
        /// Of its file system.
        let device: UInt64
    }

    private let destination: CopyDestination
    private let checksOpen: Bool
    private let agesByAccess: Bool
    private let hindrance = Mutex(CopyHindrance())

    /// - Parameters:
    ///   - destination: where the copies are.
    ///   - checksOpen: a file of which nobody can tell whether it is open for writing stays.
    ///   - agesByAccess: a file that cannot be read without renewing its time of access stays.
    init(_ destination: CopyDestination, checksOpen: Bool, agesByAccess: Bool) {
        self.destination = destination
        self.checksOpen = checksOpen
        self.agesByAccess = agesByAccess
    }

    /// Copies a file and lets it go. Blocking.
    /// - Parameters:
    ///   - file: as it was planned.
    ///   - isCancelled: ends a copy that is under way within some seconds; the file stays.
    ///   - remove: is called once the copy is proved, while the file is still held; gets where the copy is, for people.
    /// - Returns: what `remove` gives.
    /// - Throws: why it was not called.
    func settle(
        _ file: Candidate,
        isCancelled: () -> Bool,
        remove: (_ copy: String) -> ItemResult
    ) throws(CopyRefusal) -> ItemResult {
        let start = ContinuousClock.now
        do throws(CopyRefusal) {
            if let refusal = hindrance.withLock({ $0.refusal(at: start) }) { throw refusal }
            let held = try hold(file)
            // The lease is held until the name is gone.
            defer { withExtendedLifetime(held) {} }
            let copy = try copy(held, file, isCancelled)
            hindrance.withLock { $0.noteProof() }
            do throws(GzipError) {
                try held.requireUnchanged()
            } catch {
                throw CopyRefusal(error).adding(copy.leftBehind)
            }
            let place = "\(destination.server.name): \(DisplayName.printable(copy.key.utf8))"
            return remove(place).leaving(copy.leftBehind)
        } catch {
            hindrance.withLock { $0.note(error, since: start, at: .now) }
            throw error
        }
    }

    private func hold(_ file: Candidate) throws(CopyRefusal) -> HeldFile {
        let held = try CopyRefusal.orValue { () throws(GzipError) in
            try HeldFile(
                directory: file.directory.descriptor,
                name: file.name,
                expected: GzipArchiver.Expected(file.version, device: file.device),
                checkOpen: checksOpen
            )
        }
        // A copy that fails would make it young, and each further run again.
        guard !(agesByAccess && held.leavesTrace) else {
            throw CopyRefusal(
                .permission,
                "to read it would renew the time of access from which its age is counted; run as its owner or as root"
            )
        }
        return held
    }

    /// A copy that is proved.
    private struct Copy {
        let key: String
        /// What somebody else has to tidy up, for people; `nil` = nothing.
        let leftBehind: String?
    }

    private func copy(
        _ held: HeldFile,
        _ file: Candidate,
        _ isCancelled: () -> Bool
    ) throws(CopyRefusal) -> Copy {
        let beginning = try CopyRefusal.orValue { () throws(GzipError) in
            try held.beginning(PackedForm.beginning)
        }
        let isPackedAlready = PackedForm.isPacked(name: file.name, beginning: beginning)
        let key = try destination.key(of: file.path, isPacked: !isPackedAlready)
        // Before hours are spent on reading what cannot be sent.
        let partSize = try destination.partSize(of: held.size)
        let leftBehind = try KeysInTheMaking.alone(with: key, in: destination.server) { () throws(CopyRefusal) in
            // Once more than it is sent: its digest goes with the first request, before its bytes.
            let contents = try CopyRefusal.orValue { () throws(GzipError) in
                try HeldFileReader(held, packedBy: nil).contents(isCancelled: isCancelled)
            }
            let order = CopyOrder(
                file: held,
                contents: contents,
                library: isPackedAlready ? nil : destination.library,
                bucket: CopyBucket(server: destination.server, file: held, key: key),
                partSize: partSize
            )
            return try FileCopy(order: order).make(isCancelled)
        }
        return Copy(key: key, leftBehind: leftBehind)
    }
}
