import Clients

/// The words of refusals that are not the server's own: one factory each.
extension PostgresFailure {
    /// Nothing has been made yet, and a reader makes nothing.
    var notThere: StateError {
        StateError(.missing, "\(subject) is not there: nothing has run here yet, or `state` names another database.")
    }

    var older: StateError {
        StateError(
            .olderSchema,
            "\(subject) was written by an older cleanupd. Start this version's service or a run once: that brings it up "
                + "to date."
        )
    }

    var newer: StateError {
        StateError(
            .newerSchema,
            "\(subject) was written by a newer cleanupd. Install that version, or name another database (state)."
        )
    }

    /// The schema holds what is not ours.
    var foreign: StateError {
        StateError(
            .foreign,
            "\(subject): the schema belongs to another program. It stays as it is; name another database (state)."
        )
    }

    var readOnly: StateError {
        StateError(
            .readOnly,
            "\(subject) cannot be written to: the server, the database or the role is read-only. Name the primary "
                + "server, or add target_session_attrs=read-write to the URL (state)."
        )
    }

    /// A call that came after `close`.
    var closed: StateError {
        StateError(.io, "\(subject) was closed; nothing is read from it or written to it any more.")
    }

    /// The role may not look into the schema.
    var noUsage: StateError {
        StateError(.permission, "\(subject): the role may not use the schema. Grant it USAGE.")
    }

    /// - Parameters:
    ///   - privileges: with a comma between two of them.
    ///   - table: the first on which they are missing.
    func lacks(_ privileges: String, on table: String) -> StateError {
        StateError(
            .permission,
            "\(subject): the role lacks \(privileges) on the table \(table). Grant it SELECT, INSERT, UPDATE and DELETE "
                + "on all tables of the schema."
        )
    }

    /// Texts in `encoding` cannot be all that we write.
    func cannotHoldNames(in encoding: String) -> StateError {
        StateError(
            .foreign,
            "\(subject): the database is in \(encoding), which cannot hold every name. Name one that was created with "
                + "ENCODING 'UTF8' (state)."
        )
    }

    /// The role may not make `quotedSchema`.
    func cannotBeMade(_ quotedSchema: String, _ error: PostgresError) -> StateError {
        StateError(
            .permission,
            "\(subject) cannot be made: \(error.message). Let an administrator run CREATE SCHEMA \(quotedSchema) "
                + "AUTHORIZATION and the role's name.",
            cause: error
        )
    }
}
