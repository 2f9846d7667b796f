import CleanupConfiguration
import Clients
import Foundation

/// What `check` says of the containment by the kernel: of a service that would be started here, as things are.
enum ContainmentLines {
    /// Throws `CommandFailure` for a switch that says neither on nor off.
    static func lines(_ configuration: Configuration) throws -> [String] {
        guard try ContainmentSwitch.isOn(in: ProcessInfo.processInfo.environment) else {
            return ["Containment by the kernel: off (\(ContainmentSwitch.variable))."]
        }
        let version = ContainedProcess.landlockVersion
        guard version > 0 else {
            return ["Containment by the kernel: it has no Landlock, so files are restricted by permissions alone."]
        }
        let places = configuration.allowedPlaces().filter { $0.path != AllowedPlace.sink.path }
        return ["Containment by the kernel: landlock \(version). A service may change files only in:"]
            + places.map { place in
                let isThere = PlaceIdentity(path: place.path) != nil
                let note = isThere ? "" : "; not there: start the service when it is"
                return "  \(place.path) (\(place.purpose)): \(place.rights.words)\(note)"
            }
    }
}
