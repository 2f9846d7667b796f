/// A call that changes something, as the ledger keeps it.
package struct CallDocument: Codable, Sendable, Equatable {
    /// Given by the ledger.
    package var id: String?
    package var at: String?
    package var who: String
    package var from: String
    /// Method and path.
    package var call: String
    /// The body as it was sent, at most 4 KiB.
    package var detail: String
    /// HTTP status of the answer; absent = not answered (yet).
    package var status: Int?

    package init(
        id: String? = nil,
        at: String? = nil,
        who: String,
        from: String,
        call: String,
        detail: String,
        status: Int? = nil
    ) {
        self.id = id
        self.at = at
        self.who = who
        self.from = from
        self.call = call
        self.detail = detail
        self.status = status
    }
}

/// `GET /api/cleanup/calls`: newest first.
package struct CallsDocument: Codable, Sendable, Equatable {
    package var calls: [CallDocument]
    /// `before` of the next page.
    package var next: String?

    package init(calls: [CallDocument], next: String?) {
        self.calls = calls
        self.next = next
    }
}
