"""The trail by months: partitions made ahead, the givers that a row concerns, and a mark that shows a missing row.

`mark` is the writer (a database session) and the number of its row, which has no gap: a number that a transaction took
is given back when the transaction is rolled back. `givers` are the caller's giver and those of the items shown.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

COLUMNS = """patient, seq, request, phase, at, caller_kind, caller, role, giver, unit, purpose, action, type, id,
    outcome, rule, shown, hidden, sources, facts_version"""

# The settings are those of the session; a rollback takes them back.
MARK = """
CREATE FUNCTION samplan_audit_mark() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    number bigint := coalesce(nullif(current_setting('samplan.audit_number', true), ''), '0')::bigint + 1;
BEGIN
    IF number = 1 THEN
        PERFORM set_config('samplan.audit_writer', gen_random_uuid()::text, false);
    END IF;
    PERFORM set_config('samplan.audit_number', number::text, false);
    RETURN current_setting('samplan.audit_writer') || '/' || number;
END $$"""

AUDIT = """
CREATE TABLE audit (
    patient text NOT NULL, seq bigint NOT NULL DEFAULT nextval('audit_sequence'), request uuid NOT NULL,
    phase text NOT NULL CONSTRAINT audit_phase CHECK (phase IN ('intent', 'outcome')), at timestamptz NOT NULL,
    caller_kind text NOT NULL, caller text, role text, giver text, unit text, purpose text, action text NOT NULL,
    type text, id text, outcome text CONSTRAINT audit_outcome CHECK (outcome IN ('permit', 'deny', 'error')),
    rule text, shown text, hidden integer NOT NULL DEFAULT 0, sources text, facts_version bigint,
    givers text[] NOT NULL DEFAULT '{}', trace uuid, mark text NOT NULL DEFAULT samplan_audit_mark(),
    PRIMARY KEY (patient, at, seq)) PARTITION BY RANGE (at)"""

# The app's role owns no table, so this runs as the owner. Rows of a month without a partition wait in the default one.
PARTITIONS = """
CREATE FUNCTION samplan_audit_partitions(ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '2s' AS $$
DECLARE
    first timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    month timestamp;
    name text;
    made integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(9032215) THEN
        RETURN 0;
    END IF;
    FOR month IN SELECT generate_series(first, first + make_interval(months => ahead), interval '1 month') LOOP
        name := 'audit_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass('trail.' || name) IS NOT NULL;
        EXECUTE format('CREATE TABLE trail.%I (LIKE public.audit INCLUDING DEFAULTS INCLUDING CONSTRAINTS) '
            'WITH (toast_tuple_target = 8160)', name);
        EXECUTE format('WITH moved AS (DELETE FROM trail.audit_default WHERE at >= %2$L AND at < %3$L RETURNING *) '
            'INSERT INTO trail.%1$I SELECT * FROM moved',
            name, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('ALTER TABLE public.audit ATTACH PARTITION trail.%1$I FOR VALUES FROM (%2$L) TO (%3$L)',
            name, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        made := made + 1;
    END LOOP;
    RETURN made;
END $$"""

# The giver is the fourth value of each item shown.
OLD_ROWS = f"""
INSERT INTO audit ({COLUMNS}, givers)
SELECT {COLUMNS}, coalesce(ARRAY(SELECT DISTINCT g FROM (
    SELECT audit_before.giver AS g UNION ALL SELECT item ->> 3 FROM json_array_elements(shown::json) AS item
    ) AS concerned WHERE g IS NOT NULL ORDER BY g), '{{}}')
FROM audit_before ORDER BY seq"""

BEFORE = """
CREATE TABLE audit (
    patient text NOT NULL, seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY, request uuid NOT NULL,
    phase text NOT NULL CONSTRAINT audit_phase CHECK (phase IN ('intent', 'outcome')), at timestamptz NOT NULL,
    caller_kind text NOT NULL, caller text, role text, giver text, unit text, purpose text, action text NOT NULL,
    type text, id text, outcome text CONSTRAINT audit_outcome CHECK (outcome IN ('permit', 'deny', 'error')),
    rule text, shown text, hidden integer NOT NULL DEFAULT 0, sources text, facts_version bigint,
    PRIMARY KEY (patient, seq)) WITH (toast_tuple_target = 8160)"""

INDEXES = ("CREATE INDEX audit_by_seq ON audit (seq)", "CREATE INDEX audit_by_time ON audit (at, request)")


def upgrade() -> None:
    """Move the rows to a table of months."""
    op.execute("DROP INDEX audit_by_seq, audit_by_time, audit_outcome_of")
    op.execute("ALTER TABLE audit RENAME TO audit_before")
    op.execute("ALTER INDEX audit_pkey RENAME TO audit_before_pkey")
    op.execute("CREATE SEQUENCE audit_sequence")
    op.execute("SELECT setval('audit_sequence', coalesce(max(seq), 1), max(seq) IS NOT NULL) FROM audit_before")
    op.execute("CREATE SCHEMA trail")
    op.execute(MARK)
    op.execute(AUDIT)
    for index in INDEXES:
        op.execute(index)
    op.execute("CREATE TABLE trail.audit_default PARTITION OF audit DEFAULT WITH (toast_tuple_target = 8160)")
    op.execute(PARTITIONS)
    op.execute("REVOKE EXECUTE ON FUNCTION samplan_audit_partitions(integer) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION samplan_audit_partitions(integer) TO samplan_app")
    op.execute("SELECT samplan_audit_partitions(2)")
    op.execute(OLD_ROWS)
    op.execute("DROP TABLE audit_before")
    op.execute("GRANT SELECT, INSERT ON audit TO samplan_app")
    op.execute("GRANT USAGE ON SEQUENCE audit_sequence TO samplan_app")


def downgrade() -> None:
    """Move the rows back to one table."""
    op.execute("ALTER TABLE audit RENAME TO audit_months")
    op.execute("ALTER INDEX audit_pkey RENAME TO audit_months_pkey")
    op.execute("DROP INDEX audit_by_seq, audit_by_time")
    op.execute(BEFORE)
    op.execute(f"INSERT INTO audit ({COLUMNS}) OVERRIDING SYSTEM VALUE SELECT {COLUMNS} FROM audit_months")
    op.execute(
        "SELECT setval(pg_get_serial_sequence('audit', 'seq'), coalesce(max(seq), 1), max(seq) IS NOT NULL) FROM audit"
    )
    op.execute("DROP TABLE audit_months")
    op.execute("DROP SEQUENCE audit_sequence")
    op.execute("DROP SCHEMA trail CASCADE")
    op.execute("DROP FUNCTION samplan_audit_partitions(integer)")
    op.execute("DROP FUNCTION samplan_audit_mark()")
    for index in INDEXES:
        op.execute(index)
    op.execute("CREATE INDEX audit_outcome_of ON audit (request) WHERE phase = 'outcome'")
    op.execute("GRANT SELECT, INSERT ON audit TO samplan_app")
