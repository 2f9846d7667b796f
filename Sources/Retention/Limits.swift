/// Guards: what a plan may remove at most; beyond it the whole plan is refused before its first deletion.
public struct Limits: Sendable, Equatable, Encodable {
    /// `maxPercent` counts from this many examined items on; of fewer, a large share is a small number.
    package static let percentFloor = 20

    /// `nil` = any number.
    public var maxItems: Int?
    /// `nil` = any amount.
    public var maxBytes: Int64?
    /// Of the examined items, 0...100; counted from 20 of them on. `nil` = all.
    public var maxPercent: Double?

    /// What is not given is not limited.
    public init(maxItems: Int? = nil, maxBytes: Int64? = nil, maxPercent: Double? = nil) {
        self.maxItems = maxItems
        self.maxBytes = maxBytes
        self.maxPercent = maxPercent
    }

    /// A guard that refuses a plan.
    public struct Trip: Sendable, Equatable {
        /// Which one.
        public package(set) var `guard`: Guard
        /// The numbers, and what to do.
        public package(set) var message: String

        package init(guard: Guard, message: String) {
            self.guard = `guard`
            self.message = message
        }
    }

    /// The first guard that refuses, or `nil`.
    ///
    /// Only what is to be removed counts: not what is compressed, what waits for the next run, or what goes because of
    /// a quota, which has to work exactly when much must go.
    public func check(_ tally: Tally) -> Trip? {
        let items = max(0, tally.remove - tally.quotaRemove)
        let bytes = max(0, tally.removeBytes - tally.quotaRemoveBytes)
        if let maxItems, items > maxItems {
            return trip(.maxItems, "The plan would remove \(items) items; limits.max_items allows \(maxItems).")
        }
        if let maxBytes, bytes > maxBytes {
            return trip(
                .maxBytes,
                "The plan would remove \(ByteSize.format(bytes)); limits.max_bytes allows \(ByteSize.format(maxBytes))."
            )
        }
        if let maxPercent, tally.examined >= Self.percentFloor {
            let percent = Double(items) / Double(tally.examined) * 100
            if percent > maxPercent {
                return trip(
                    .maxPercent,
                    "The plan would remove \(items) of \(tally.examined) examined items "
                        + "(\(Self.tenths(percent)) %); limits.max_percent allows \(Self.tenths(maxPercent)) %."
                )
            }
        }
        return nil
    }

    private func trip(_ guard: Guard, _ finding: String) -> Trip {
        Trip(
            guard: `guard`,
            message: finding + " Nothing was removed. Look at the plan; if it is right, raise the limit for this task."
        )
    }

    /// At most one decimal, without a locale.
    private static func tenths(_ value: Double) -> String {
        let rounded = Int((value * 10).rounded())
        return rounded % 10 == 0 ? "\(rounded / 10)" : "\(rounded / 10).\(rounded % 10)"
    }
}
