import Clients
import Synchronization

/// A piece of work of a scan.
enum ScanWork: Sendable {
    /// Read a directory; `counts` only what it uses, if it is out of bounds for the task.
    case directory(path: [UInt8], level: Int, usageOnly: Bool)
    /// Read on where another thread stopped.
    case resume(ScanPlace)
    /// Look at these directories as items.
    case measure(ScanPlace, names: [[UInt8]])
}

/// What the threads of one scan share.
final class ScanState: Sendable {
    /// Directories that wait open, half-read or with items to measure; the bound of the scan's descriptors.
    private static let mostOpenPlaces = 24

    let stack: WorkStack<ScanWork>
    private let openPlaces = Atomic<Int>(0)
    private let end = Mutex<(summary: ScanSummary, error: (any Error)?)>((ScanSummary(), nil))

    init(_ first: ScanWork) {
        stack = WorkStack([first])
    }

    var mayHoldPlaces: Bool { openPlaces.load(ordering: .relaxed) < Self.mostOpenPlaces }

    func opened() { openPlaces.add(1, ordering: .relaxed) }

    func closed() { openPlaces.subtract(1, ordering: .relaxed) }

    /// Ends the scan; the first error counts.
    func fail(_ error: any Error) {
        end.withLock { end in
            if end.error == nil { end.error = error }
        }
        stack.stop()
    }

    func add(_ summary: ScanSummary) {
        end.withLock { $0.summary = $0.summary + summary }
    }

    func result() throws -> ScanSummary {
        let (summary, error) = end.withLock { $0 }
        if let error { throw error }
        return summary
    }
}

/// An open directory of a scan.
final class ScanPlace: Sendable {
    let handle: DirectoryHandle
    /// From the connection's root.
    let path: [UInt8]
    /// How deep it lies beneath the source's path; 0 = that itself.
    let level: Int
    let identity: FileIdentity
    let usageOnly: Bool
    private let state: ScanState

    init(
        _ handle: DirectoryHandle,
        path: [UInt8],
        level: Int,
        identity: FileIdentity,
        usageOnly: Bool,
        state: ScanState
    ) {
        self.handle = handle
        self.path = path
        self.level = level
        self.identity = identity
        self.usageOnly = usageOnly
        self.state = state
        state.opened()
    }

    deinit { state.closed() }
}
