import CleanupConfiguration
import Clients
import Coordination
import Engine
import Foundation
import Logging
import Retention
import ServiceLifecycle
import Stores
import Synchronization
import Telemetry

/// A server whose clock is known.
struct ClockSource: Sendable {
    /// How it is known.
    enum Way: Sendable {
        /// It can be asked: seconds since 1970.
        case asked(@Sendable () async throws -> Double)
        /// Its answers say it, so that the last one tells: own clock minus the server's, in seconds; `nil` = none yet.
        case seen(@Sendable () throws -> (seconds: Double, at: ContinuousClock.Instant)?)
    }

    /// The connection's name, `coordination` or `state`.
    let name: String
    let way: Way

    /// - Parameter ask: the server's wall clock, in seconds since 1970.
    init(name: String, ask: @escaping @Sendable () async throws -> Double) {
        self.name = name
        way = .asked(ask)
    }

    /// - Parameter seen: own clock minus the server's, as its last answer told.
    init(name: String, seen: @escaping @Sendable () throws -> (seconds: Double, at: ContinuousClock.Instant)?) {
        self.name = name
        way = .seen(seen)
    }
}

/// Compares the wall clock with those of the servers that are worked with: one that is wrong makes young things look old.
final class ClockWatch: Service {
    /// Between two looks.
    private static let interval = Duration.seconds(60)
    /// What was said longer ago is not known any more.
    private static let patience = Duration.seconds(900)

    private struct Answer {
        var gauge: Gauge
        var at: ContinuousClock.Instant?
    }

    private let registry: Registry
    private let sources: @Sendable () -> [ClockSource]
    private let logger: Logger
    private let answers = Mutex<[String: Answer]>([:])

    /// - Parameter sources: those of the configuration in force.
    init(_ registry: Registry, logger: Logger, sources: @escaping @Sendable () -> [ClockSource]) {
        self.registry = registry
        self.logger = logger
        self.sources = sources
    }

    func run() async throws {
        registry.addCollector { [weak self] in self?.forgetOld() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                do {
                    try await Task.sleep(for: Self.interval)
                } catch {
                    // The service ends.
                    return
                }
            }
        }
    }

    private func look() async {
        let sources = sources()
        forget(allBut: Set(sources.map(\.name)))
        for source in sources {
            do {
                let gauge = try gauge(of: source.name)
                guard let offset = try await offset(source.way) else { continue }
                gauge.set(offset.seconds)
                answers.withLock { $0[source.name]?.at = offset.at }
            } catch {
                // Its value grows old, and then is not known any more.
                logger.debug(
                    "The clock of \(source.name) cannot be asked: \(error)",
                    metadata: ["action": "clock_probe_failed", "connection": "\(source.name)"]
                )
            }
        }
    }

    private func offset(_ way: ClockSource.Way) async throws -> (seconds: Double, at: ContinuousClock.Instant)? {
        switch way {
        case .seen(let seen): return try seen()
        case .asked(let ask):
            let before = SystemClock.now().secondsSinceEpoch
            let theirs = try await ask()
            return ((before + SystemClock.now().secondsSinceEpoch) / 2 - theirs, .now)
        }
    }

    private func gauge(of source: String) throws -> Gauge {
        if let known = answers.withLock({ $0[source]?.gauge }) { return known }
        let gauge = try registry.gauge(Catalogue.clockOffset, [source])
        gauge.set(.nan)
        answers.withLock { $0[source] = Answer(gauge: gauge) }
        return gauge
    }

    private func forget(allBut names: Set<String>) {
        let gone = answers.withLock { answers in
            let gone = answers.keys.filter { !names.contains($0) }
            for name in gone { answers[name] = nil }
            return gone
        }
        for name in gone { registry.remove(Catalogue.clockOffset, [name]) }
    }

    private func forgetOld() {
        answers.withLock { answers in
            for answer in answers.values where answer.at.map({ .now - $0 > Self.patience }) ?? true {
                answer.gauge.set(.nan)
            }
        }
    }
}
