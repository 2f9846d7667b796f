import Clients

/// The tables of a store by their full names, so that neither `search_path` nor a pooler decides what is meant.
struct PostgresTables: Sendable {
    /// As its administrator knows it.
    let schema: String
    let quotedSchema: String
    let migration: String
    let run: String
    let block: String
    let outcome: String
    let batch: String
    let savedPlan: String
    let savedPlanPart: String
    let stamp: String
    let setting: String
    let job: String
    let lockEpoch: String
    let call: String

    init(schema: String) {
        let name = { PostgresConnection.quote(schema: schema, name: $0) }
        self.schema = schema
        quotedSchema = PostgresConnection.quote(identifier: schema)
        migration = name("migration")
        run = name("run")
        block = name("block")
        outcome = name("outcome")
        batch = name("batch")
        savedPlan = name("saved_plan")
        savedPlanPart = name("saved_plan_part")
        stamp = name("stamp")
        setting = name("setting")
        job = name("job")
        lockEpoch = name("lock_epoch")
        call = name("call")
    }
}
