/// What somebody may do to the tables of a store behind its back; the SQL of both engines.
enum Alterations {
    static let ofPlans = [
        "UPDATE run SET task = 'other'", "UPDATE run SET policy_digest = 'other'", "UPDATE run SET cutoff = cutoff + 1",
        "UPDATE run SET seal_items = 2", "UPDATE run SET seal_digest = 'other'", "UPDATE block SET items = items + 1",
        "DELETE FROM block",
    ]

    static let ofSavedPlans = [
        "UPDATE saved_plan SET configuration_digest = 'other'", "UPDATE saved_plan SET expires_at = expires_at + 1",
        "UPDATE saved_plan SET digest = 'other'", "UPDATE saved_plan_part SET task = 'other'",
        "UPDATE saved_plan_part SET items = 0", "DELETE FROM saved_plan_part WHERE position = 1",
        // Positions change places by way of free ones.
        "UPDATE saved_plan_part SET position = position + 10; UPDATE saved_plan_part SET position = 12 - position",
    ]
}
