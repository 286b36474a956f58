"""The first tables: resources and history by person, facts, lookups by id, identifier and actor, outbox and audit."""

from alembic import op

revision = "0001"
down_revision = None

# An instant as short text for the hot path; the format depends on no setting, so that the function is immutable.
INSTANT = """
CREATE FUNCTION samplan_instant(timestamptz) RETURNS text LANGUAGE sql IMMUTABLE
RETURN rtrim(rtrim(to_char($1 AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS.US'), '0'), '.') || 'Z'
"""

PARTS = (
    "type", "id", "version::text", "samplan_instant(updated)", "coalesce(samplan_instant(source_updated), '')",
    "coalesce(status, '')", "coalesce(samplan_instant(starts), '')", "coalesce(samplan_instant(ends), '')",
    "coalesce(giver, '')", "coalesce(unit, '')", "coalesce(category, '')", "kind", "label",
    "coalesce(samplan_instant(information_time), '')", "keys", "refs", "source",
)  # fmt: skip
HEAD = " || chr(31) || ".join(PARTS)

RESOURCE = f"""
    patient text NOT NULL, type text NOT NULL, id text NOT NULL, version bigint NOT NULL,
    updated timestamptz NOT NULL, source_updated timestamptz, status text, starts timestamptz, ends timestamptz,
    giver text, unit text, category text, kind text NOT NULL, label text NOT NULL, information_time timestamptz,
    keys text NOT NULL, refs text NOT NULL, source text NOT NULL, deleted boolean NOT NULL, body text NOT NULL,
    class text GENERATED ALWAYS AS (category || '|' || kind || '|' || label) STORED,
    head text GENERATED ALWAYS AS ({HEAD}) STORED
"""

# No field can hold the separator, so that fields cannot be mixed up.
HEAD_CHECK = "CHECK (length(head) - length(replace(head, chr(31), '')) = 16)"

# A row of up to a page stays in its table, uncompressed: a read of forty rows touches no TOAST table.
WHOLE = "WITH (toast_tuple_target = 8160)"

TABLES = {
    "resource": f"({RESOURCE}, PRIMARY KEY (patient, type, id), CONSTRAINT resource_head {HEAD_CHECK}) {WHOLE}",
    "history": f"({RESOURCE}, PRIMARY KEY (patient, type, id, version), CONSTRAINT history_head {HEAD_CHECK})",
    "location": "(type text NOT NULL, id text NOT NULL, patient text NOT NULL, PRIMARY KEY (type, id))",
    "identifier": """(
        system text NOT NULL, value text NOT NULL, source text NOT NULL, patient text NOT NULL, type text NOT NULL,
        id text NOT NULL, PRIMARY KEY (system, value, source))""",
    "actor": """(
        actor text NOT NULL, type text NOT NULL, date timestamptz NOT NULL, patient text NOT NULL, id text NOT NULL,
        PRIMARY KEY (actor, type, date, patient, id))""",
    "person": f"""(
        patient text NOT NULL CONSTRAINT person_patient CHECK (patient <> ''), birth_date date,
        protected boolean NOT NULL, number_system text, number_value text, facts text NOT NULL DEFAULT '',
        PRIMARY KEY (patient)) {WHOLE}""",
    "facts_version": "(patient text NOT NULL, version bigint NOT NULL, PRIMARY KEY (patient)) WITH (fillfactor = 70)",
    "fact": """(
        patient text NOT NULL CONSTRAINT fact_patient CHECK (patient <> ''), id text NOT NULL, kind text NOT NULL
        CONSTRAINT fact_kind CHECK (kind IN ('relation', 'consent', 'outer-block', 'inner-block', 'guardian')),
        giver text, unit text, employee text, person text, starts timestamptz NOT NULL, ends timestamptz,
        PRIMARY KEY (patient, id),
        CONSTRAINT fact_whose
            CHECK ((kind = 'guardian') = (person IS NOT NULL) AND (person IS NULL) = (giver IS NOT NULL)),
        CONSTRAINT fact_outer_block CHECK (kind <> 'outer-block' OR unit IS NULL))""",
    "outbox": """(
        patient text NOT NULL, seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY, type text NOT NULL, id text NOT NULL,
        version bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (patient, seq))""",
    "audit": f"""(
        patient text NOT NULL, seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY, request uuid NOT NULL,
        phase text NOT NULL CONSTRAINT audit_phase CHECK (phase IN ('intent', 'outcome')), at timestamptz NOT NULL,
        caller_kind text NOT NULL, caller text, role text, giver text, unit text, purpose text, action text NOT NULL,
        type text, id text, outcome text CONSTRAINT audit_outcome CHECK (outcome IN ('permit', 'deny', 'error')),
        rule text, shown text, hidden integer NOT NULL DEFAULT 0, sources text, facts_version bigint,
        PRIMARY KEY (patient, seq)) {WHOLE}""",
    "wall": f"(role text NOT NULL, own jsonb NOT NULL, other jsonb NOT NULL, PRIMARY KEY (role)) {WHOLE}",
}

INDEXES = (
    "CREATE INDEX resource_by_start ON resource (patient, type, starts)",
    "CREATE INDEX actor_of_resource ON actor (patient, type, id)",
    "CREATE INDEX audit_by_seq ON audit (seq)",
    "CREATE INDEX audit_by_time ON audit (at, request)",
    "CREATE INDEX audit_outcome_of ON audit (request) WHERE phase = 'outcome'",
)


def upgrade() -> None:
    """Create every table and index."""
    op.execute(INSTANT)
    for name, definition in TABLES.items():
        op.execute(f"CREATE TABLE {name} {definition}")
    for index in INDEXES:
        op.execute(index)


def downgrade() -> None:
    """Drop every table, newest first."""
    for name in reversed(TABLES):
        op.execute(f"DROP TABLE {name}")
    op.execute("DROP FUNCTION samplan_instant")
