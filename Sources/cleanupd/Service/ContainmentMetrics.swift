import Clients
import Telemetry

/// Tells which parts of the containment by the kernel are in force.
struct ContainmentMetrics: Sendable {
    private let registry: Registry

    init(_ registry: Registry) { self.registry = registry }

    /// Shows what holds for this process, for as long as it lives.
    func show(_ containment: Containment) throws {
        let parts = [
            ("landlock", containment.landlock > 0), ("seccomp", containment.filtersCalls),
            ("capabilities", containment.dropsCapabilities),
        ]
        for (part, isInForce) in parts {
            try registry.gauge(Catalogue.containment, [part]).set(isInForce && containment.bindsAllThreads ? 1 : 0)
        }
    }
}
