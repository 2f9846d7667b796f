/// Why SQLite did not do what it was asked for: what happened, to which database, and what to do.
///
/// Holds neither the statement nor its values.
package struct SQLiteError: Error, Sendable, CustomStringConvertible {
    /// What whoever called may want to tell apart.
    package enum Code: String, Sendable, CaseIterable {
        /// Another connection held its lock for longer than the time-out.
        case busy
        /// Another statement of this process is in the way (shared cache).
        case locked
        case corrupt
        /// The file is something else.
        case notADatabase
        /// The disk is full, or the database's own limit is reached.
        case full
        /// The database or its folder cannot be written to.
        case readOnly
        case permission
        /// There is no such file.
        case missing
        case missingTable
        case missingColumn
        /// A constraint refuses.
        case constraint
        /// The caller asked for it; what it was part of is rolled back.
        case cancelled
        /// The statement took longer than the caller allowed.
        case timeout
        /// Text that is not UTF-8, or has a zero byte.
        case encoding
        case io
        /// The statement is wrong.
        case statement
        case other
    }

    package let code: Code
    /// SQLite's extended result code; 0 if it was not SQLite that refused.
    package let resultCode: Int32
    package let message: String

    package init(_ code: Code, _ message: String, resultCode: Int32 = 0) {
        self.code = code
        self.message = message
        self.resultCode = resultCode
    }

    package var description: String { message }

    /// The same statement may succeed if it is tried again.
    package var isRetryable: Bool {
        switch code {
        case .busy, .locked: true
        case .corrupt, .notADatabase, .full, .readOnly, .permission, .missing, .missingTable, .missingColumn,
            .constraint, .cancelled, .timeout, .encoding, .io, .statement, .other:
            false
        }
    }
}
