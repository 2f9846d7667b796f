/// What a task removes and what it keeps, as values; the only input of a decision besides the items and the instant.
///
/// An item goes when all that `remove` states holds and nothing of `keep` does. With counts in `keep` and no `remove`,
/// what no rule keeps goes (restic's `forget`). Source of the semantics of `keep`: restic, doc/060_forget.rst.
public struct Policy: Sendable, Equatable, Encodable {
    /// What makes an item go; `nil` = what no count of `keep` holds, or nothing.
    public var remove: Remove?
    /// What keeps an item all the same.
    public var keep: Keep
    /// Age from which a file is compressed; `nil` = never. Refused for a ``Candidate``, which is no file.
    public var compressOlderThan: Age?
    /// How much may be used in all; `nil` = no limit.
    public var quota: Quota?
    /// What one run may do.
    public var budget: Budget
    /// The task's source is filtered by a `match`; needed by `allowRemoveAll`.
    public var hasMatch: Bool
    /// All that matches may go, where nothing else is stated: `unsafe_allow_remove_all: true`.
    public var allowRemoveAll: Bool
    /// IANA name of the zone in which calendar rules count.
    public var zone: String

    /// Nothing is checked before the policy is used: ``Policy/plan(_:at:)`` refuses one that cannot be meant.
    public init(
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
    public struct Remove: Sendable, Equatable, Encodable {
        /// Only what is strictly older.
        public var olderThan: Age?
        /// Bytes; an item must be larger.
        public var sizeOver: Int64?
        /// Only what a query names; the store holds all else.
        package var isListed = false
        /// Not used for longer than this; excludes `olderThan`, because an item has one time: here that of its last use.
        public var idleFor: Age?
        /// Only what does not expire by itself; the store leaves out all else.
        package var withoutTTL = false
        /// Only what has expired; the store marks all else as `.young`.
        package var isExpired = false

        /// Conditions that an item's own values answer.
        public init(olderThan: Age? = nil, sizeOver: Int64? = nil, idleFor: Age? = nil) {
            self.olderThan = olderThan
            self.sizeOver = sizeOver
            self.idleFor = idleFor
        }

        /// With conditions that only a store can see, which must heed them: `isListed` is stated, so that nobody states
        /// one of them by accident.
        package init(
            olderThan: Age? = nil,
            sizeOver: Int64? = nil,
            isListed: Bool,
            idleFor: Age? = nil,
            withoutTTL: Bool = false,
            isExpired: Bool = false
        ) {
            self.init(olderThan: olderThan, sizeOver: sizeOver, idleFor: idleFor)
            self.isListed = isListed
            self.withoutTTL = withoutTTL
            self.isExpired = isExpired
        }
    }

    /// Rules of `keep`; any that holds keeps.
    public struct Keep: Sendable, Equatable, Codable {
        /// How many of each group.
        public var counts: Counts
        /// Counts of single groups, in place of `counts` (a group's own table replaces the whole of it).
        public var groups: [String: Counts]
        /// Never fewer survivors per group than this; 0 = no floor.
        public var atLeast: Int
        /// Globs: without a slash for names at any depth, else for paths. What matches stays.
        public var match: [String]
        /// Files that a process has open for writing; the store tells.
        package var open = false

        /// Rules that an item's own values answer.
        public init(
            counts: Counts = Counts(),
            groups: [String: Counts] = [:],
            atLeast: Int = 0,
            match: [String] = []
        ) {
            self.counts = counts
            self.groups = groups
            self.atLeast = atLeast
            self.match = match
        }

        /// With a rule that only a store can see, which must heed it.
        package init(
            counts: Counts = Counts(),
            groups: [String: Counts] = [:],
            atLeast: Int = 0,
            match: [String] = [],
            open: Bool
        ) {
            self.init(counts: counts, groups: groups, atLeast: atLeast, match: match)
            self.open = open
        }

        /// There are rules that count.
        package var hasCounts: Bool { !counts.isEmpty || !groups.isEmpty }

        /// Rules compare items with each other.
        package var comparesItems: Bool { hasCounts || atLeast > 0 }
    }

    /// How many to keep of what; 0 = rule not given.
    public struct Counts: Sendable, Equatable, Codable {
        /// The newest.
        public var last: Int
        /// The newest of each of the newest hours that have items.
        public var hourly: Int
        /// As `hourly`, of days.
        public var daily: Int
        /// As `hourly`, of ISO weeks.
        public var weekly: Int
        /// As `hourly`, of months.
        public var monthly: Int
        /// As `hourly`, of years.
        public var yearly: Int
        /// Everything not older than this, counted from the newest item of the group (restic).
        public var within: Age?

        /// Rules that are not given keep nothing.
        public init(
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
    public struct Quota: Sendable, Equatable, Encodable {
        /// Bytes that may be used before anything goes.
        public var maxBytes: Int64
        /// Bytes that are left once it has gone; at most `maxBytes`.
        public var freeToBytes: Int64

        /// Both in bytes.
        public init(maxBytes: Int64, freeToBytes: Int64) {
            self.maxBytes = maxBytes
            self.freeToBytes = freeToBytes
        }
    }

    /// What one run may do; the rest waits for the next, oldest first.
    public struct Budget: Sendable, Equatable, Encodable {
        /// `nil` = any number.
        public var items: Int?
        /// `nil` = any amount.
        public var bytes: Int64?

        /// What is not given is not limited.
        public init(items: Int? = nil, bytes: Int64? = nil) {
            self.items = items
            self.bytes = bytes
        }
    }
}

/// A calendar length: whole months and a fixed rest. `mo` and `y` follow the calendar, everything else is exact.
public struct Age: Sendable, Hashable, Codable {
    package var months: Int
    package var milliseconds: Int64
    /// As it was written, for sentences and reasons: `7d`, `2y5mo7d3h`.
    public package(set) var text: String

    package init(months: Int = 0, milliseconds: Int64, text: String) {
        self.months = months
        self.milliseconds = milliseconds
        self.text = text
    }
}
