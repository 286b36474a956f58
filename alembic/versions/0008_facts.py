"""More kinds of facts: emergency openings, liftings of blocks, incapacity and closed guardians, and who recorded what.

A fact is found by its id through `location`. The document holds the facts that have not ended.
Row-level security opens other givers' rows on the same grounds as the policy, each with classes of its own.
"""

import runpy
from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"

KINDS = ("relation", "consent", "outer-block", "inner-block", "guardian")
MORE_KINDS = ("outer-lifting", "inner-lifting", "emergency", "incapable", "closing")
GROUNDS = ("child", "incapable", "emergency")

TEXTS = ("target", "reason", "recorded_by", "ended_by")
INSTANTS = ("information_from", "information_to", "informed", "recorded")

WHOSE_BEFORE = "(kind = 'guardian') = (person IS NOT NULL) AND (person IS NULL) = (giver IS NOT NULL)"
WHOSE = "(kind IN ('guardian', 'closing')) = (person IS NOT NULL) AND (kind = 'guardian') = (giver IS NULL)"
TARGET = "(kind IN ('outer-lifting', 'inner-lifting')) = (target IS NOT NULL)"


def setting(name: str) -> str:
    """Return the SQL that reads a setting of the context, which is '' or NULL if it is not set."""
    return f"current_setting('samplan.{name}', true)"


def holds(fact: str) -> str:
    """Return the SQL that says whether a fact is in force now."""
    return f"({fact}.starts <= now() AND ({fact}.ends IS NULL OR {fact}.ends > now()))"


def is_for_caller(fact: str) -> str:
    """Return the SQL that says whether a fact is for the caller's giver, unit and employee."""
    return f"""{fact}.giver = {setting("giver")} AND ({fact}.unit IS NULL OR {fact}.unit = {setting("unit")})
            AND ({fact}.employee IS NULL OR {fact}.employee = {setting("employee")})"""


CHILD = "person.birth_date + interval '13 years' > now() AT TIME ZONE 'Europe/Stockholm'"
ADULT = "person.birth_date + interval '16 years' <= now() AT TIME ZONE 'Europe/Stockholm'"

PERIOD = "'id', id, 'giver', giver, 'unit', unit, 'employee', employee, 'starts', starts, 'ends', ends"
BLOCK = """'id', id, 'kind', split_part(kind, '-', 1), 'giver', giver, 'unit', unit, 'created', starts, 'lifted', ends,
                'from', information_from, 'to', information_to"""
PERSON = "'id', id, 'person', person, 'kind', kind, 'starts', starts, 'ends', ends"


def entries(members: str, condition: str) -> str:
    """Return the SQL of the list of the facts that meet a condition, each with these members."""
    return f"coalesce(json_agg(json_build_object({members})) FILTER (WHERE {condition}), '[]')"


FUNCTIONS = {
    "samplan_is_guardian()": f"""RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM fact WHERE fact.patient = {setting("patient")} AND fact.kind = 'guardian'
            AND fact.person = {setting("person")} AND {holds("fact")})
        AND NOT EXISTS (SELECT FROM fact WHERE fact.patient = {setting("patient")} AND fact.kind = 'closing'
            AND fact.person = {setting("person")} AND {holds("fact")})
        AND EXISTS (SELECT FROM person
            WHERE person.patient = {setting("patient")} AND NOT person.protected AND {CHILD});
END $$""",
    # What the role may see of this person: first of its own giver's, with a care relation, then of other givers' on
    # each ground that holds: consent, a child or an adult that cannot consent, an emergency (SVOD 3 kap. 1-4, 6 §§).
    "samplan_permits()": f"""RETURNS jsonb[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    for_patient text := {setting("patient")};
    as_role text := {setting("role")};
    related boolean;
    shared boolean;
    urgent boolean;
    is_child boolean;
    is_incapable boolean;
    permits jsonb[];
BEGIN
    SELECT bool_or(fact.kind = 'relation'), bool_or(fact.kind = 'consent'), bool_or(fact.kind = 'emergency')
        INTO related, shared, urgent
        FROM fact WHERE fact.patient = for_patient AND {is_for_caller("fact")} AND {holds("fact")};
    IF related IS NOT TRUE THEN
        RETURN NULL;
    ELSIF shared IS NOT TRUE THEN
        SELECT {CHILD}, {ADULT} AND EXISTS (SELECT FROM fact
                WHERE fact.patient = for_patient AND fact.kind = 'incapable' AND {holds("fact")})
            INTO is_child, is_incapable FROM person WHERE person.patient = for_patient;
    END IF;
    SELECT ARRAY[wall.own, CASE WHEN shared THEN wall.other ELSE '{{}}' END
            || CASE WHEN is_child THEN wall.child ELSE '{{}}' END
            || CASE WHEN is_incapable THEN wall.incapable ELSE '{{}}' END
            || CASE WHEN urgent THEN wall.emergency ELSE '{{}}' END]
        INTO permits FROM wall WHERE wall.role = as_role;
    RETURN permits;
END $$""",
    # The givers whose whole information is blocked for the caller. A block of one unit or one period is not among them:
    # the decision knows it.
    "samplan_blocked()": f"""RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    for_patient text := {setting("patient")};
    givers text[];
BEGIN
    SELECT array_agg(fact.giver) INTO givers FROM fact
        WHERE fact.patient = for_patient AND fact.kind = 'outer-block' AND (fact.ends IS NULL OR fact.ends > now())
            AND fact.unit IS NULL AND fact.information_from IS NULL AND fact.information_to IS NULL
            AND NOT EXISTS (SELECT FROM fact AS lifting WHERE lifting.patient = for_patient
                AND lifting.kind = 'outer-lifting' AND lifting.target = fact.id
                AND {is_for_caller("lifting")} AND {holds("lifting")});
    RETURN coalesce(givers, '{{}}');
END $$""",
    # The document of the facts that have not ended, and the version that tells whether it still holds.
    "samplan_facts_moved(of_patient text)": f"""RETURNS void LANGUAGE plpgsql AS $$
DECLARE newest bigint;
BEGIN
    INSERT INTO facts_version AS v (patient, version) VALUES (of_patient, 1)
        ON CONFLICT (patient) DO UPDATE SET version = v.version + 1 RETURNING v.version INTO newest;
    UPDATE person p SET facts = (
        SELECT json_build_object('version', newest, 'birthDate', p.birth_date, 'protected', p.protected,
            'personalNumber', CASE WHEN p.number_value IS NOT NULL
                THEN json_build_object('system', p.number_system, 'value', p.number_value) END,
            'relations', {entries(PERIOD, "kind = 'relation'")},
            'consents', {entries(PERIOD, "kind = 'consent'")},
            'emergencies', {entries(PERIOD, "kind = 'emergency'")},
            'incapacities', {entries(PERIOD, "kind = 'incapable'")},
            'blocks', {entries(BLOCK, "kind LIKE '%-block'")},
            'liftings', {entries(f"{PERIOD}, 'block', target", "kind LIKE '%-lifting'")},
            'representatives', {entries(PERSON, "kind = 'guardian'")},
            'closings', {entries(PERSON, "kind = 'closing'")})
        FROM fact WHERE fact.patient = of_patient AND (fact.ends IS NULL OR fact.ends > now()))
    WHERE p.patient = of_patient;
    IF NOT FOUND THEN
        RAISE no_data_found USING MESSAGE = 'there is no such person in this context';
    END IF;
END $$""",
}


def upgrade() -> None:
    """Add the columns, let a fact be found by its id, and replace the functions that read facts."""
    for name in TEXTS:
        op.execute(f"ALTER TABLE fact ADD COLUMN {name} text")
    for name in INSTANTS:
        op.execute(f"ALTER TABLE fact ADD COLUMN {name} timestamptz")
    op.execute("ALTER TABLE audit ADD COLUMN changed text")
    for name in ("fact_kind", "fact_whose", "fact_outer_block"):
        op.execute(f"ALTER TABLE fact DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE fact ADD CONSTRAINT fact_kind CHECK (kind IN {KINDS + MORE_KINDS})")
    op.execute(f"ALTER TABLE fact ADD CONSTRAINT fact_whose CHECK ({WHOSE})")
    op.execute(f"ALTER TABLE fact ADD CONSTRAINT fact_target CHECK ({TARGET})")
    for ground in GROUNDS:
        op.execute(f"ALTER TABLE wall ADD COLUMN {ground} jsonb NOT NULL DEFAULT '{{}}'")
    op.execute("ALTER TABLE fact NO FORCE ROW LEVEL SECURITY")
    op.execute("INSERT INTO location (type, id, patient) SELECT 'Fact', id, patient FROM fact ON CONFLICT DO NOTHING")
    for name, body in FUNCTIONS.items():
        op.execute(f"CREATE OR REPLACE FUNCTION {name} {body}")
    op.execute("ALTER TABLE person NO FORCE ROW LEVEL SECURITY")
    op.execute("SELECT samplan_facts_moved(patient) FROM person")
    for table in ("fact", "person"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Delete what version 2 cannot hold, take the columns away, and restore the functions of version 2."""
    op.execute("ALTER TABLE fact NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY, DISABLE TRIGGER moved")
    op.execute(f"DELETE FROM fact WHERE kind IN {MORE_KINDS} OR (kind = 'outer-block' AND unit IS NOT NULL)")
    op.execute("ALTER TABLE fact ENABLE TRIGGER moved, ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM location WHERE type = 'Fact'")
    for ground in GROUNDS:
        op.execute(f"ALTER TABLE wall DROP COLUMN {ground}")
    for name in ("fact_kind", "fact_whose", "fact_target"):
        op.execute(f"ALTER TABLE fact DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE fact ADD CONSTRAINT fact_kind CHECK (kind IN {KINDS})")
    op.execute(f"ALTER TABLE fact ADD CONSTRAINT fact_whose CHECK ({WHOSE_BEFORE})")
    op.execute("ALTER TABLE fact ADD CONSTRAINT fact_outer_block CHECK (kind <> 'outer-block' OR unit IS NULL)")
    op.execute("ALTER TABLE audit DROP COLUMN changed")
    for name in (*TEXTS, *INSTANTS):
        op.execute(f"ALTER TABLE fact DROP COLUMN {name}")
    for name, body in runpy.run_path(str(Path(__file__).with_name("0002_wall.py")))["FUNCTIONS"].items():
        op.execute(f"CREATE OR REPLACE FUNCTION {name} {body}")
