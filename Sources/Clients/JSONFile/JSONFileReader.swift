import CLinux
import Foundation

/// Reads JSON files that others may write at the same time.
package struct JSONFileReader: Sendable {
    /// Others write for moments only.
    private static let lockWait = 10.0
    private static let pause = 0.01
    /// Whoever writes without a lock is met in the middle of it; then the file is read again.
    private static let mostTries = 20

    package let place: JSONFilePlace
    private let entries: JSONEntries

    package init(_ place: JSONFilePlace, pointer: JSONPointer) {
        self.place = place
        entries = JSONEntries(pointer: pointer)
    }

    /// Reads the whole to its end, without its having been changed meanwhile.
    ///
    /// Blocking. Takes the file's shared lock (`flock`). Throws `JSONFileError`, what `body` throws, and
    /// `CancellationError`.
    /// - Parameters:
    ///   - start: called before the first entry, each time that the file is read anew.
    ///   - body: takes each entry. Not all of them may be there in the end, unless this returns.
    package func read(
        isCancelled: () -> Bool,
        start: () throws -> Void = {},
        _ body: (JSONEntry) throws -> Void
    ) throws {
        try readSound(isCancelled, start, body) { _, _ in }
    }

    /// The same, and once more over the entries of what has been found sound.
    package func readTwice(
        isCancelled: () -> Bool,
        start: () throws -> Void,
        first: (JSONEntry) throws -> Void,
        second: (JSONEntry) throws -> Void
    ) throws {
        try readSound(isCancelled, start, first) { try readAgain($0, $1, isCancelled, second) }
    }

    private func readSound(
        _ isCancelled: () -> Bool,
        _ start: () throws -> Void,
        _ body: (JSONEntry) throws -> Void,
        _ then: (JSONFile, JSONDigest) throws -> Void
    ) throws {
        var tries = 0
        while true {
            tries += 1
            let file = try open(isCancelled)
            try start()
            do {
                let digest = try file.scan(entries) { entry in
                    if isCancelled() { throw CancellationError() }
                    try body(entry)
                }
                if try file.isUnchanged() { return try then(file, digest) }
            } catch let error as JSONFileError where error.code == .corrupt {
                // Half-written, perhaps: whoever writes goes on.
                Thread.sleep(forTimeInterval: Self.pause)
                if try file.isUnchanged(), file.isInPlace { throw error }
            }
            guard tries < Self.mostTries else {
                throw JSONFileError(.busy, place.path, "was changed each time while it was read. Try again later")
            }
        }
    }

    private func readAgain(
        _ file: JSONFile,
        _ known: JSONDigest,
        _ isCancelled: () -> Bool,
        _ body: (JSONEntry) throws -> Void
    ) throws {
        let digest = try file.scan(entries) { entry in
            if isCancelled() { throw CancellationError() }
            try body(entry)
        }
        guard digest == known else {
            throw JSONFileError(.busy, place.path, "was written to while it was read. Try again later")
        }
    }

    /// The file under its name, with its shared lock, where the file system has locks.
    private func open(_ isCancelled: () -> Bool) throws -> JSONFile {
        let end = ContinuousClock.now + .seconds(Self.lockWait)
        while true {
            if isCancelled() { throw CancellationError() }
            let file = try JSONFile(place)
            let result = clinux_lock_shared(file.descriptor)
            // The lock of a file that was replaced meanwhile says nothing.
            if result != -EWOULDBLOCK, file.isInPlace { return file }
            guard ContinuousClock.now < end else { throw JSONFileError.locked(place.path) }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }
}
