/// What a task removes and what it keeps, as values; the only input of a decision besides the items and the instant.
///
/// An item goes when all that `remove` states holds and nothing of `keep` does. With counts in `keep` and no `remove`,
/// what no rule keeps goes (restic's `forget`). Source of the semantics of `keep`: restic, doc/060_forget.rst.
package struct Policy: Sendable, Equatable, Encodable {
    package var remove: Remove?
    package var keep: Keep
    /// Age from which a file is compressed; `nil` = never.
    package var compressOlderThan: Age?
    package var quota: Quota?
    package var budget: Budget
    /// The task's source is filtered by a `match`; needed by `allowRemoveAll`.
    package var hasMatch: Bool
    /// `unsafe_allow_remove_all: true`
    package var allowRemoveAll: Bool
    /// IANA name of the zone in which calendar rules count.
    package var zone: String

    package init(
        remove: Remove? = nil,
        keep: Keep = Keep(),
        compressOlderThan: Age? = nil,
        quota: Quota? = nil,
        budget: Budget = Budget(),
        hasMatch: Bool = false,
        allowRemoveAll: Bool = false,
        zone: String = "UTC"
    ) {
        self.remove = remove
        self.keep = keep
        self.compressOlderThan = compressOlderThan
        self.quota = quota
        self.budget = budget
        self.hasMatch = hasMatch
        self.allowRemoveAll = allowRemoveAll
        self.zone = zone
    }

    /// Conditions of `remove`; all that are stated must hold.
    package struct Remove: Sendable, Equatable, Encodable {
        package var olderThan: Age?
        /// Bytes; an item must be larger.
        package var sizeOver: Int64?
        /// Only what a query names; the store holds all else.
        package var isListed: Bool
        /// Not used for longer than this; excludes `olderThan`, because an item has one time: here that of its last use.
        package var idleFor: Age?
        /// Only what does not expire by itself; the store leaves out all else.
        package var withoutTTL: Bool
        /// Only what has expired; the store marks all else as `.young`.
        package var isExpired: Bool

        package init(
            olderThan: Age? = nil,
            sizeOver: Int64? = nil,
            isListed: Bool = false,
            idleFor: Age? = nil,
            withoutTTL: Bool = false,
            isExpired: Bool = false
        ) {
            self.olderThan = olderThan
            self.sizeOver = sizeOver
            self.isListed = isListed
            self.idleFor = idleFor
            self.withoutTTL = withoutTTL
            self.isExpired = isExpired
        }
    }

    /// Rules of `keep`; any that holds keeps.
    package struct Keep: Sendable, Equatable, Codable {
        package var counts: Counts
        /// Counts of single groups, in place of `counts` (a group's own table replaces the whole of it).
        package var groups: [String: Counts]
        /// Never fewer survivors per group than this; 0 = no floor.
        package var atLeast: Int
        /// Globs; the store marks the items that match by `Item.hold`.
        package var match: [String]
        /// Files that a process has open for writing; the store tells.
        package var open: Bool

        package init(
            counts: Counts = Counts(),
            groups: [String: Counts] = [:],
            atLeast: Int = 0,
            match: [String] = [],
            open: Bool = false
        ) {
            self.counts = counts
            self.groups = groups
            self.atLeast = atLeast
            self.match = match
            self.open = open
        }

        /// There are rules that count.
        package var hasCounts: Bool { !counts.isEmpty || !groups.isEmpty }

        /// Rules compare items with each other.
        package var comparesItems: Bool { hasCounts || atLeast > 0 }
    }

    /// How many to keep of what; 0 = rule not given.
    package struct Counts: Sendable, Equatable, Codable {
        package var last: Int
        package var hourly: Int
        package var daily: Int
        package var weekly: Int
        package var monthly: Int
        package var yearly: Int
        /// Everything not older than this, counted from the newest item of the group (restic).
        package var within: Age?

        package init(
            last: Int = 0,
            hourly: Int = 0,
            daily: Int = 0,
            weekly: Int = 0,
            monthly: Int = 0,
            yearly: Int = 0,
            within: Age? = nil
        ) {
            self.last = last
            self.hourly = hourly
            self.daily = daily
            self.weekly = weekly
            self.monthly = monthly
            self.yearly = yearly
            self.within = within
        }

        package var isEmpty: Bool { self == Counts() }
    }

    /// Over `max`, the oldest go first, whatever their age, until `freeTo` is reached.
    package struct Quota: Sendable, Equatable, Encodable {
        package var maxBytes: Int64
        package var freeToBytes: Int64

        package init(maxBytes: Int64, freeToBytes: Int64) {
            self.maxBytes = maxBytes
            self.freeToBytes = freeToBytes
        }
    }

    /// What one run may do; the rest waits for the next, oldest first.
    package struct Budget: Sendable, Equatable, Encodable {
        package var items: Int?
        package var bytes: Int64?

        package init(items: Int? = nil, bytes: Int64? = nil) {
            self.items = items
            self.bytes = bytes
        }
    }
}

/// A calendar length: whole months and a fixed rest. `mo` and `y` follow the calendar, everything else is exact.
package struct Age: Sendable, Hashable, Codable {
    package var months: Int
    package var milliseconds: Int64
    /// As it was written, for sentences and reasons: `7d`, `2y5m7d3h`.
    package var text: String

    package init(months: Int = 0, milliseconds: Int64, text: String) {
        self.months = months
        self.milliseconds = milliseconds
        self.text = text
    }
}
