/// What stops an operation of the state store.
package struct StateError: Error, CustomStringConvertible, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// The state file, or the folder or database it belongs in, is not there (any more).
        case missing
        /// The file or schema is not a state store of this program.
        case foreign
        /// The file is damaged, or bytes in it are not what was written.
        case corrupt
        /// The store was written by a newer version of this program.
        case newerSchema = "newer_schema"
        /// The store was written by an older version, and is only read here.
        case olderSchema = "older_schema"
        /// The disk is full, and the reserve is used up.
        case full
        /// The file, its file system or the server cannot be written to.
        case readOnly = "read_only"
        /// Another process kept the store locked for too long.
        case locked
        /// The operating system or the database refuses access.
        case permission
        /// The server that holds the store cannot be reached, or cannot serve at the moment.
        case unavailable
        /// Any other failure to read or write.
        case io
        /// No such run, plan or details.
        case notFound = "not_found"
        /// The operation does not fit what is stored (a sealed plan is not appended to, a run ends once).
        case conflict
        /// A sealed plan is not what was sealed.
        case altered
        /// Somebody else has taken the lock under which this would be written.
        case fenced
    }

    package var code: Code
    /// What happened, to which object, and what to do.
    package var message: String
    /// The error below this one, where there is one.
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { message }
}
