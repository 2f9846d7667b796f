import Foundation
package import Retention
import State

/// Refuses a run whose wall clock leapt forward, because by such a clock everything is old.
package struct ClockGuard: Sendable {
    private static let prefix = "clock"
    /// Seconds after which a machine that is not seen any more is forgotten: 30 days.
    private static let rememberedFor = 2_592_000.0
    /// Seconds after which a believed reading is stored again: not with every run, because that costs a sync.
    private static let storedFor = 3_600.0

    private let read: @Sendable () -> ClockReading?
    /// The setting that remembers what was believed.
    private let key: String

    /// - Parameters:
    ///   - read: both clocks now; `nil` where the machine cannot tell how long it runs, so that nothing is refused.
    ///   - machine: whose clocks they are, where several machines share a state; `nil` = one has it alone.
    package init(_ read: @escaping @Sendable () -> ClockReading?, machine: String? = nil) {
        self.read = read
        key = machine.map { "\(Self.prefix):\($0)" } ?? Self.prefix
    }

    /// - Parameter isVouchedFor: the run was asked for by hand.
    /// - Returns: the trip, if the clock is not to be believed. Throws `StateError`.
    func check(_ state: any StateStore, isVouchedFor: Bool) throws -> Limits.Trip? {
        guard let reading = read() else { return nil }
        let settings = try state.settings()
        // A machine that was never seen here is measured by whoever was seen last.
        let stored = load(settings[key]) ?? newest(settings)
        var trust = stored ?? ClockTrust(trusted: reading)
        let leap = trust.admit(reading, isVouchedFor: isVouchedFor)
        let isNew = settings[key] == nil
        if isNew || stored.map({ Self.isWorthStoring(trust, after: $0) }) ?? true { try save(trust, in: state) }
        // By a time that is believed: one that leapt would make all others old.
        if isNew { try forgetOthers(settings, before: trust.trusted.wall - Self.rememberedFor, in: state) }
        guard let leap else { return nil }
        let text =
            "The clock of this machine leapt forward by \(Self.words(leap)); by it, young things look old, so that "
        return Limits.Trip(
            guard: .clockSkew,
            message: text
                + "nothing is deleted for a day. If the clock is right, run it once with --force on a terminal."
        )
    }

    /// Machines that have not been seen for long; containers have a new name each time.
    private func forgetOthers(_ settings: [String: String], before wall: Double, in state: any StateStore) throws {
        for (name, text) in settings where name.hasPrefix(Self.prefix + ":") && name != key {
            guard let trust = load(text), trust.trusted.wall < wall, trust.doubted == nil else { continue }
            try state.removeSetting(name)
        }
    }

    private static func isWorthStoring(_ new: ClockTrust, after old: ClockTrust) -> Bool {
        new.doubted != old.doubted || new.trusted.boot != old.trusted.boot
            || abs(new.trusted.wall - old.trusted.wall) > storedFor
    }

    private func load(_ text: String?) -> ClockTrust? {
        guard let text else { return nil }
        do {
            return try JSONDecoder().decode(ClockTrust.self, from: Data(text.utf8))
        } catch {
            // Another version's form: the clock is believed anew, as at the first run.
            return nil
        }
    }

    private func newest(_ settings: [String: String]) -> ClockTrust? {
        settings.filter { $0.key == Self.prefix || $0.key.hasPrefix(Self.prefix + ":") }.compactMap { load($0.value) }
            .max { $0.trusted.wall < $1.trusted.wall }
    }

    private func save(_ trust: ClockTrust, in state: any StateStore) throws {
        try state.setSetting(key, to: String(decoding: try JSONEncoder().encode(trust), as: UTF8.self))
    }

    private static func words(_ seconds: Double) -> String {
        switch seconds {
        case ..<7_200: "\(Int(seconds / 60)) minutes"
        case ..<172_800: "\(Int(seconds / 3_600)) hours"
        default: "\(Int(seconds / 86_400)) days"
        }
    }
}
