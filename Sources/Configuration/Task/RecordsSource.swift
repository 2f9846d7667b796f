extension TaskConfiguration {
    /// Which entries of a JSON file are candidates.
    ///
    /// A field is a member's name, or a JSON pointer (RFC 6901) within the entry where it begins with a slash.
    package struct RecordsSource: Sendable, Equatable {
        /// JSON pointer of the object or array whose entries they are; empty = the whole document.
        package var pointer: String
        /// Field that names an entry; `nil` = the name of an object's member.
        package var key: String?
        /// `nil` = that of `expires`.
        package var time: String?
        package var expires: String?
        /// `nil` = as the value's form says.
        package var timeFormat: RowsSource.TimeFormat?
        /// IANA name; of times that are written without a zone.
        package var timezone: String
    }
}

/// A field of the entries of a JSON file; its values name what is needed.
package struct FieldReference: Sendable, Hashable {
    /// Name of a connection to a JSON file of the same configuration.
    package var connection: String
    /// JSON pointer of the object or array; empty = the whole document.
    package var pointer: String
    package var field: String
}
