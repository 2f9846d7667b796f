package import Retention

/// An ordered list of tasks under one schedule.
package struct Cycle: Sendable, Equatable {
    package var name: String
    /// `nil` = only at start (`atStart` then is true).
    package var schedule: Schedule?
    /// IANA name; the schedule and calendar rules of the cycle's tasks count in it.
    package var zone: String
    /// In this order; never empty.
    package var tasks: [String]
    /// Wall time that one firing may take, in milliseconds; `nil` = no limit.
    package var maxDurationMilliseconds: Int64?
    package var atStart: Bool
    package var enabled: Bool
    package var skipWhenEnv: EnvironmentCondition?
    package var window: Window?
    package var retry: Retry?
    package var notify: [Notification]

    /// A variable that, having this value, switches the cycle off (`CI=true`).
    package struct EnvironmentCondition: Sendable, Equatable, CustomStringConvertible {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        package func holds(in environment: [String: String]) -> Bool { environment[name] == value }

        package var description: String { "\(name)=\(value)" }
    }

    /// The hours of a day in which the cycle may work, in the cycle's zone.
    package struct Window: Sendable, Equatable {
        /// Minutes since midnight, 0...1440.
        package var fromMinute: Int
        /// Minutes since midnight, 0...1440; less than `fromMinute` = on the next day. Not part of the window.
        package var toMinute: Int
    }

    /// How often a failed run is tried again.
    package struct Retry: Sendable, Equatable {
        /// In all, the first one included.
        package var attempts: Int
        /// Before the second attempt; it doubles from then on.
        package var backoffMilliseconds: Int64
    }

    /// Whom to tell about which outcomes.
    package struct Notification: Sendable, Equatable {
        package var on: [RunOutcome]
        package var webhook: Secret
    }
}
