import Clients
import Foundation
package import Retention

/// Keys of one Redis server, as a store.
package struct KeysStore: MutableStore {
    private let server: KeysServer
    private let specification: KeysSpecification
    private let now: @Sendable () -> Instant

    /// - Parameter now: the wall clock.
    package init(server: KeysServer, specification: KeysSpecification, now: @escaping @Sendable () -> Instant) {
        self.server = server
        self.specification = specification
        self.now = now
    }

    package func openSource(asOf _: Instant) throws -> any Source {
        let opened = wholeSecond
        let reader = KeysReader(server)
        try reader.check()
        return KeysSource(reader: reader, specification: specification, opened: opened)
    }

    package func openRemover(
        run: String,
        asOf _: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        try KeysReader(server).check()
        let writer = KeysWriter(server, specification, idleSeconds: idleSeconds, fence: fence)
        try writer.open()
        return KeysRemover(
            writer: writer,
            source: KeysSource(reader: KeysReader(server), specification: specification, opened: wholeSecond)
        )
    }

    /// Nothing is ever left half-made.
    package func sweep(before instant: Instant) throws -> SweepReport { SweepReport() }

    private var wholeSecond: Instant {
        let now = now()
        return now.adding(nanoseconds: -(now.nanoseconds % 1_000_000_000))
    }

    /// Redis counts whole seconds: a key must have been idle for more of them than this.
    private var idleSeconds: Int64? {
        guard let age = specification.idleFor else { return nil }
        let now = now()
        let length = now.nanoseconds - age.before(now, zone: .gmt).nanoseconds
        return (length + 999_999_999) / 1_000_000_000
    }
}
