import Retention

extension SavedPlan {
    /// A row of the table of saved plans, with its parts. Throws `.altered` when it is not what was saved.
    init(_ row: some StoredRow, parts: [Part]) throws {
        self.init(
            id: try row.requiredText("id"),
            createdAt: Instant(nanoseconds: try row.required("created_at")),
            expiresAt: Instant(nanoseconds: try row.required("expires_at")),
            createdBy: try row.text("created_by"),
            configurationDigest: try row.requiredText("configuration_digest"),
            parts: parts
        )
        appliedAt = try row.integer("applied_at").map(Instant.init(nanoseconds:))
        appliedBy = try row.text("applied_by")
        guard digest == (try row.requiredText("digest")) else {
            throw StateError(.altered, "Sealed plan \(id) is altered: it is not what was sealed. Make a new plan.")
        }
    }

    /// Makes sure that the plan of a part is sealed as the part says. Throws `.conflict`.
    func checkPart(at position: Int, against run: StoredRun) throws(StateError) {
        let part = parts[position]
        guard run.seal == part.seal, run.record.task == part.task else {
            throw StateError(
                .conflict,
                "The plan of run \(part.run) is not sealed as part \(position + 1) of sealed plan \(id) says."
            )
        }
    }
}

extension SavedPlan.Part {
    /// A row of the table of parts, with the identity of the run as `run_id`.
    init(_ row: some StoredRow) throws {
        self.init(
            task: try row.requiredText("task"),
            run: try RunID(stored: row.requiredText("run_id")),
            seal: PlanSeal(
                digest: try row.requiredText("digest"),
                blocks: try row.required("blocks"),
                items: try row.required("items")
            )
        )
    }
}
