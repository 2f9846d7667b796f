/// The questions to pg_catalog.
extension PostgresFenceTable {
    /// The first schema of the role's search_path that it may use, temporary ones left out.
    static let home = """
        SELECT s.name::pg_catalog.text AS schema, current_user::pg_catalog.text AS role,
            pg_catalog.has_schema_privilege(s.name, 'CREATE') AS may
        FROM (SELECT 1 AS one) AS d LEFT JOIN LATERAL (
            SELECT p.name FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS p(name, place)
            WHERE NOT pg_catalog.starts_with(p.name::pg_catalog.text, 'pg_') ORDER BY p.place LIMIT 1
        ) AS s ON true
        """

    /// Whatever is named so and concerns the role: in a schema that it may use, or granted to it. `$1` is the name, `$2`
    /// the role's own schema. What is not exactly the table is none: what else it has (a trigger, a rule, a check, an
    /// index over an expression) would run with the rights of the role.
    static let all = """
        SELECT n.nspname::text AS schema, o.rolname::text AS owner,
            has_schema_privilege(n.oid, 'USAGE') AS open,
            concat_ws(', ',
                CASE WHEN NOT has_table_privilege(c.oid, 'SELECT') THEN 'SELECT' END,
                CASE WHEN NOT has_table_privilege(c.oid, 'INSERT') THEN 'INSERT' END,
                CASE WHEN NOT has_table_privilege(c.oid, 'UPDATE') THEN 'UPDATE' END) AS missing,
            o.rolname = current_user OR o.rolsuper
                OR c.relowner = (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
                OR (n.nspname = $2 AND c.relowner = n.nspowner)
                OR (NOT me.rolsuper AND pg_has_role(c.relowner, 'MEMBER')) AS trusted,
            CASE
                WHEN c.relkind <> 'r' THEN 'it is no ordinary table'
                WHEN c.relpersistence <> 'p' THEN 'it is emptied after a crash (UNLOGGED)'
                WHEN (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attname)
                    FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                        AND a.attgenerated = '')
                    IS DISTINCT FROM 'at timestamp with time zone, epoch bigint, lock text, scope text'
                    OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attgenerated <> '')
                    THEN 'its columns are others'
                WHEN (SELECT string_agg(a.attname, ', ' ORDER BY a.attname)
                    FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey::int2[])
                    WHERE i.indrelid = c.oid AND i.indisprimary AND i.indisvalid AND i.indimmediate)
                    IS DISTINCT FROM 'lock, scope'
                    THEN 'its primary key is not (scope, lock)'
                WHEN EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND NOT i.indisprimary)
                    THEN 'it has another index'
                WHEN EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype NOT IN ('p', 'n'))
                    THEN 'it has a constraint of another kind'
                WHEN EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid)
                    THEN 'it has a trigger, or a foreign key refers to it'
                WHEN EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid) THEN 'it has a rule'
                WHEN c.relrowsecurity THEN 'row-level security is on'
                WHEN EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid OR i.inhrelid = c.oid)
                    THEN 'it inherits, or is inherited from'
            END AS problem
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_roles o ON o.oid = c.relowner
        JOIN pg_roles me ON me.rolname = current_user
        WHERE c.relname = $1 AND NOT starts_with(n.nspname::text, 'pg_')
            AND (has_schema_privilege(n.oid, 'USAGE') OR has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE'))
        ORDER BY 1
        """
}
