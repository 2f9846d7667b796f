import CLinux
import Foundation

/// Takes entries out of a JSON file; all else in it stays as it is, to the byte.
///
/// The file is replaced as a whole by a new one, which is made beside it, durable before it is put in place, with the
/// owner, permissions and attributes of the old one. A kill or a power cut at any instant leaves the old or the new one
/// whole under the name.
///
/// That it can be replaced is shown before anything goes: a file is made beside it with its owner and permissions, two
/// empty ones change places, and where what goes makes no room on the disk, all that the new file may need is reserved.
/// A file system that cannot exchange two files (`RENAME_EXCHANGE` of renameat2: ext4, xfs, btrfs, tmpfs and overlayfs can,
/// NFS, CIFS and FAT cannot), an immutable file and a folder that may not be written to end in an error then, and the file
/// and all that its entries own are as they were.
///
/// Others who write:
/// - Who takes the file's lock (`flock` on the file itself, exclusive) and finds it in place afterwards loses nothing: they
///   wait for each other. So does who opens it for writing, and then locks it: nobody is allowed to be about to.
/// - Who replaces the file by a rename, without a lock, loses nothing that was in place when the new file was put there:
///   what comes out is compared, and put back.
/// - Who reads the file, and writes it later without a lock, brings back what was removed meanwhile; the next run takes it
///   again. That holds for any two writers without a lock.
/// - Not guarded against: who has found the old file by its name, and opens it for writing only after it was replaced and
///   compared, on a file system without leases (NFS) or where we neither own the file nor have CAP_LEASE; and who reads the
///   new file in the moment in which another's version is put back, and replaces that by what was read.
package struct JSONFileRewriter: Sendable {
    private static let pause = 0.005
    /// For how long others are waited for in all.
    private static let patience = 30.0

    private let place: JSONFilePlace
    private let entries: JSONEntries
    private let run: String

    /// - Parameter run: for names of temporary files; letters, digits and hyphens.
    package init(_ place: JSONFilePlace, pointer: JSONPointer, run: String) {
        self.place = place
        entries = JSONEntries(pointer: pointer)
        self.run = run
    }

    /// Removes entries. Blocking.
    ///
    /// The closures are called anew, in this order, each time that somebody else was first.
    /// - Parameters:
    ///   - needsRoom: what goes makes no room for the new file, so that all of it must be had before.
    ///   - start: forgets what was seen.
    ///   - look: gives an entry that may go a token; told its digest, too.
    ///   - decide: takes the tokens of those that are there, and says which go. Only now may what they own be removed, and only
    ///     while the file is still the one that was looked at: it is handed over who says so.
    /// - Throws: `JSONFileError`, `CancellationError`, and what the closures throw; then all entries are still there.
    package func remove(
        isCancelled: () -> Bool,
        needsRoom: Bool = false,
        start: () -> Void,
        look: (JSONEntry, JSONDigest) throws -> Int32?,
        decide: ([Int32], _ isStill: () throws -> Bool) throws -> Set<Int32>
    ) throws {
        var end = ContinuousClock.now + .seconds(Self.patience)
        while true {
            if isCancelled() { throw CancellationError() }
            start()
            if try attempt(isCancelled, needsRoom, look, decide, &end) { return }
            guard ContinuousClock.now < end else { throw JSONFileError.inUse(place.path) }
            Thread.sleep(forTimeInterval: Self.pause * .random(in: 0.5...4))
        }
    }

    /// - Returns: whether it is done; false if somebody else is at the file.
    private func attempt(
        _ isCancelled: () -> Bool,
        _ needsRoom: Bool,
        _ look: (JSONEntry, JSONDigest) throws -> Int32?,
        _ decide: ([Int32], () throws -> Bool) throws -> Set<Int32>,
        _ end: inout ContinuousClock.Instant
    ) throws -> Bool {
        guard let file = try locked() else { return false }
        var cuts = JSONCuts()
        let digest: JSONDigest
        do {
            digest = try file.scan(entries) { entry in
                if isCancelled() { throw CancellationError() }
                let digest = entry.digest
                cuts.add(entry, digest, token: try look(entry, digest))
            }
        } catch let error as JSONFileError where error.code == .corrupt {
            // Whoever takes no lock may be in the middle of writing.
            Thread.sleep(forTimeInterval: Self.pause)
            if try file.isUnchanged(), file.isInPlace { throw error }
            return false
        }
        guard try file.isUnchanged(), file.isInPlace else { return false }
        guard !cuts.candidates.isEmpty else {
            _ = try decide([]) { true }
            return true
        }
        // Before anything goes, so that where the file could not be replaced in the end nothing does.
        let early = try makeEarlyPart(file, needsRoom)
        do {
            let begun = ContinuousClock.now
            // Who was once told that it is another file has stopped there: a second answer could take for done what was not.
            var stands = true
            func isStill() throws -> Bool {
                if stands { stands = try file.isInPlace && file.isUnchanged() }
                return stands
            }
            let going = try decide(cuts.candidates.map(\.token), isStill)
            // What entries own takes a time of its own, in which nobody is waited for.
            end += ContinuousClock.now - begun
            guard try isStill(), !going.isEmpty else {
                try discard(early)
                return stands
            }
            let part = try early ?? makePart(file)
            return try replace(file, digest, part, cuts.ranges(of: going))
        } catch {
            try discard(early)
            throw error
        }
    }

    /// The file under its name, with its exclusive lock, and open for writing by nobody.
    private func locked() throws -> JSONFile? {
        let file = try JSONFile(place)
        // It was replaced between being opened and being looked at.
        guard file.status.links > 0 else { return nil }
        guard file.status.links == 1 else { throw JSONFileError.hardLinked(place.path, links: file.status.links) }
        guard clinux_lock(file.descriptor) != -EWOULDBLOCK, file.isInPlace, try file.isUnchanged() else { return nil }
        // Who has it open for writing may wait for the lock, and would write to a file that is no longer there.
        let lease = clinux_lease(file.descriptor)
        if lease >= 0 { _ = clinux_lease_end(file.descriptor) }
        return lease == -EAGAIN ? nil : file
    }

    /// A file that is all that the new one must be but for its contents, and may change places.
    /// - Returns: `nil` where the disk is full, and what the entries own makes room.
    private func makeEarlyPart(_ file: JSONFile, _ needsRoom: Bool) throws(JSONFileError) -> JSONPart? {
        guard !file.status.isFixed else { throw JSONFileError(fixed: place.path) }
        do throws(JSONFileError) {
            let part = try makePart(file)
            do throws(SystemError) {
                try part.proveExchange(run: run)
            } catch {
                try discard(part)
                throw JSONFileError(.trying, place.path, error)
            }
            if needsRoom { try reserve(file.status.size, part) }
            return part
        } catch {
            guard !needsRoom, error.errno == ENOSPC || error.errno == EDQUOT else { throw error }
            return nil
        }
    }

    private func reserve(_ size: Int64, _ part: JSONPart) throws(JSONFileError) {
        do throws(SystemError) {
            try part.reserve(size)
        } catch {
            try discard(part)
            throw JSONFileError(.reserving, place.path, error)
        }
    }

    /// An empty file beside it, with its owner, permissions and attributes.
    private func makePart(_ file: JSONFile) throws(JSONFileError) -> JSONPart {
        let part: JSONPart
        do throws(SystemError) {
            part = try JSONPart(place, run: run)
        } catch {
            throw JSONFileError(.making, place.path, error)
        }
        do throws(SystemError) {
            try part.adopt(file)
        } catch {
            try discard(part)
            throw JSONFileError(.adopting, place.path, error)
        }
        return part
    }

    private func discard(_ part: JSONPart?) throws(JSONFileError) {
        do throws(SystemError) {
            try part?.discard()
        } catch {
            throw JSONFileError(.removing, place.path, error)
        }
    }

    private func replace(
        _ file: JSONFile,
        _ digest: JSONDigest,
        _ part: JSONPart,
        _ result: (cuts: [Range<Int>], rest: JSONSum)
    ) throws -> Bool {
        do {
            try write(part, from: file, leavingOut: result.cuts)
            let new = try check(part, result.rest)
            try part.announce(JSONPartMark(old: digest, new: new), run: run)
            let exchange = JSONExchange(file: file, digest: digest, part: part)
            guard try exchange.run() else {
                try discard(part)
                return false
            }
            try exchange.finish()
            return true
        } catch let error as SystemError {
            try discard(part)
            throw JSONFileError(.writing, place.path, error)
        } catch {
            try discard(part)
            throw error
        }
    }

    private func write(_ part: JSONPart, from file: JSONFile, leavingOut cuts: [Range<Int>]) throws {
        var position = 0
        for cut in cuts {
            try file.eachPiece(position..<cut.lowerBound) { try part.write($0) }
            position = cut.upperBound
        }
        try file.eachPiece(position..<Int(file.status.size)) { try part.write($0) }
        try part.release()
        try part.flush()
    }

    /// Reads the new file from its name: it is sound, and holds exactly the rest.
    private func check(_ part: JSONPart, _ rest: JSONSum) throws -> JSONDigest {
        let copy = try JSONFile(place, name: part.name)
        var sum = JSONSum()
        let digest = try copy.scan(entries) { sum.add($0.digest) }
        let isOurs = try FileStatus(descriptor: part.descriptor).identity == copy.status.identity
        guard isOurs, sum == rest else { throw JSONFileError.lacksTheRest(place.path) }
        return digest
    }
}
