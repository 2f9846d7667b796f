/// Which entries of a JSON file are candidates of a task.
package struct RecordsSpecification: Sendable, Equatable, Codable {
    /// JSON pointer (RFC 6901) to the object or array that holds the entries; empty = the whole document.
    package var pointer: String
    /// Field that names an entry; `nil` = members of an object have their own name, and elements of an array that of
    /// their contents.
    package var key: String?
    /// Field of the time that ages are counted from: a name, or a JSON pointer if it begins with a slash, as all fields
    /// are. `nil` = that of `expires`, and without either 1970: such a task must not ask for an age.
    package var time: String?
    /// Field of the time after which an entry has expired; one without it, or with `null`, never does.
    package var expires: String?
    /// `nil` = by the value: a text is a time, a number counts seconds or, where it is large, milliseconds.
    package var timeFormat: RowsSpecification.TimeFormat?
    /// IANA zone of times without an offset.
    package var timezone: String
    /// Only what has expired goes; needs `expires`. The policy says the same (`Policy.Remove.isExpired`).
    package var removesExpired: Bool
    /// Waited after an entry has expired, in milliseconds.
    package var graceMilliseconds: Int64
    /// Globs of names; what matches stays.
    package var keepMatch: [String]
    /// References or lists name what stays or goes, so that entries without names are refused.
    package var isNamedByOthers: Bool

    package init(
        pointer: String = "",
        key: String? = nil,
        time: String? = nil,
        expires: String? = nil,
        timeFormat: RowsSpecification.TimeFormat? = nil,
        timezone: String = "UTC",
        removesExpired: Bool = false,
        graceMilliseconds: Int64 = 0,
        keepMatch: [String] = [],
        isNamedByOthers: Bool = false
    ) {
        self.pointer = pointer
        self.key = key
        self.time = time
        self.expires = expires
        self.timeFormat = timeFormat
        self.timezone = timezone
        self.removesExpired = removesExpired
        self.graceMilliseconds = graceMilliseconds
        self.keepMatch = keepMatch
        self.isNamedByOthers = isNamedByOthers
    }

    /// Names decide what stays or goes.
    var needsNames: Bool { isNamedByOthers || !keepMatch.isEmpty }
}
