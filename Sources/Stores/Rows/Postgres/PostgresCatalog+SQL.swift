/// The questions to pg_catalog; `$1` is a quoted name in the first, and the table's number in the others, or the
/// numbers of its whole family.
extension PostgresCatalog {
    /// The estimate counts where it is fresh: less than a tenth of the table has changed since.
    static let relation = """
        SELECT c.oid::int8 AS oid, c.relname, n.nspname, c.relkind::text AS relkind, row_security_active(c.oid) AS secured,
            pg_relation_is_updatable(c.oid, false)::int8 AS updatable,
            CASE WHEN c.relkind = 'r' AND c.reltuples > 0
                AND coalesce(s.last_analyze, s.last_autoanalyze, s.last_vacuum, s.last_autovacuum) IS NOT NULL
                AND s.n_mod_since_analyze < c.reltuples / 10
                THEN c.reltuples::int8 END AS estimate
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
        WHERE c.oid = to_regclass($1)
        """

    /// A table itself, its partitions, and what a view is made of.
    static let family = """
        WITH RECURSIVE family(oid) AS (
            SELECT $1::oid
            UNION
            SELECT d.refobjid
            FROM family f
            JOIN pg_catalog.pg_class c ON c.oid = f.oid AND c.relkind = 'v'
            JOIN pg_catalog.pg_rewrite r ON r.ev_class = f.oid
            JOIN pg_catalog.pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                AND d.refclassid = 'pg_class'::regclass
        )
        SELECT oid::int8 FROM family
        UNION SELECT t.relid::oid::int8 FROM family f CROSS JOIN LATERAL pg_partition_tree(f.oid) t
        WHERE t.relid IS NOT NULL
        """

    /// Whether a fence is among a family.
    static let fences = "SELECT 1 FROM pg_catalog.pg_class c WHERE c.oid::int8 = ANY($1) AND c.relname = $2"

    /// Tables that INHERITS tells of; `relhassubclass` may be a memory of those that are gone.
    static let heirs = """
        SELECT n.nspname || '.' || c.relname
        FROM pg_catalog.pg_inherits i
        JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE i.inhparent = $1::oid ORDER BY 1 LIMIT 10
        """

    /// A type that would cut a text to its length is named `text`: what does not fit is an error then.
    static let columns = """
        SELECT a.attname, coalesce(nullif(t.typbasetype, 0), t.oid)::int8,
            CASE WHEN t.oid IN (1042, 1043) THEN 'text' ELSE format_type(a.atttypid, a.atttypmod) END
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        """

    static let primaryKey = """
        SELECT a.attname
        FROM pg_catalog.pg_index i
        CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = $1::oid AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place
        """

    static let indexed = """
        SELECT DISTINCT a.attname
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_am m ON m.oid = c.relam
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = $1::oid AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree'
        """

    static let cascades = """
        SELECT c.relname, n.nspname || '.' || c.relname
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype = 'f' AND k.confdeltype = 'c' AND k.conparentid = 0
            AND k.confrelid::int8 = ANY($1)
        ORDER BY 2
        """

    static let deleteTriggers = triggers(8)
    static let updateTriggers = triggers(16)

    /// - Parameter event: the bit of `tgtype`.
    private static func triggers(_ event: Int) -> String {
        """
        SELECT t.tgname, c.relname || '.' || t.tgname
        FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & \(event) <> 0
            AND t.tgrelid::int8 = ANY($1) AND t.tgparentid = 0
        UNION ALL
        SELECT r.rulename, c.relname || '.' || r.rulename
        FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
        WHERE r.ev_class::int8 = ANY($1) AND r.ev_type = \(event == 8 ? "'4'" : "'2'") AND r.ev_enabled IN ('O', 'A')
        ORDER BY 2
        """
    }

    /// Foreign keys without an action; their columns in pairs, apart by U+0002 within and U+0001 between.
    static let restrictions = """
        SELECT c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
            (SELECT string_agg(quote_ident(a.attname) || U&'\\0002' || quote_ident(b.attname), U&'\\0001')
             FROM unnest(k.conkey, k.confkey) AS p(child, parent)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.child
             JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = p.parent)
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype = 'f' AND k.confdeltype IN ('a', 'r') AND k.conparentid = 0 AND k.confrelid = $1::oid
        ORDER BY 1, 2
        """
}
