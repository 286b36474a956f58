"""Row-level security behind the app's own decisions, the functions that it uses, and the rights of the app's role.

The context is five transaction-local settings, `samplan.patient`, `.role`, `.giver`, `.unit`, `.employee` and
`.person`; without them nothing shows. A policy reads the facts themselves, so that a block holds from its commit on.
Every subquery in it is uncorrelated and runs at most once a statement, and only where the role needs it.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

FACTS = ("person", "fact")
ROWS = ("resource", "history")


def setting(name: str) -> str:
    """Return the SQL that reads a setting of the context, which is '' or NULL if it is not set."""
    return f"current_setting('samplan.{name}', true)"


NOW = "(fact.starts <= now() AND (fact.ends IS NULL OR fact.ends > now()))"
CHILD = "person.birth_date + interval '13 years' > now() AT TIME ZONE 'Europe/Stockholm'"

# Each function reads the facts once per statement, in the statement's snapshot, under row-level security.
FUNCTIONS = {
    "samplan_is_guardian()": f"""RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM fact WHERE fact.patient = {setting("patient")} AND fact.kind = 'guardian'
            AND fact.person = {setting("person")} AND {NOW})
        AND EXISTS (SELECT FROM person
            WHERE person.patient = {setting("patient")} AND NOT person.protected AND {CHILD});
END $$""",
    # What the role may see of this person: first of its own giver's, with a care relation, then of other givers', with
    # consent, or if the person is a child that cannot consent (SVOD 3 kap. 1 och 2 §§).
    "samplan_permits()": f"""RETURNS jsonb[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    for_patient text := {setting("patient")};
    as_role text := {setting("role")};
    of_giver text := {setting("giver")};
    of_unit text := {setting("unit")};
    as_employee text := {setting("employee")};
    related boolean;
    shared boolean;
    permits jsonb[];
BEGIN
    SELECT bool_or(fact.kind = 'relation'), bool_or(fact.kind = 'consent') INTO related, shared
        FROM fact WHERE fact.patient = for_patient AND fact.giver = of_giver AND {NOW}
            AND (fact.unit IS NULL OR fact.unit = of_unit) AND (fact.employee IS NULL OR fact.employee = as_employee);
    IF related IS NOT TRUE THEN
        RETURN NULL;
    ELSIF shared IS NOT TRUE THEN
        SELECT {CHILD} INTO shared FROM person WHERE person.patient = for_patient;
    END IF;
    SELECT ARRAY[wall.own, CASE WHEN shared THEN wall.other END] INTO permits FROM wall WHERE wall.role = as_role;
    RETURN permits;
END $$""",
    "samplan_blocked()": f"""RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    for_patient text := {setting("patient")};
    givers text[];
BEGIN
    SELECT array_agg(fact.giver) INTO givers FROM fact
        WHERE fact.patient = for_patient AND fact.kind = 'outer-block' AND (fact.ends IS NULL OR fact.ends > now());
    RETURN coalesce(givers, '{{}}');
END $$""",
    # Arguments: patient, role, giver, unit, employee, person. The settings last until the transaction ends.
    "samplan_context(text, text, text, text, text, text)": """RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN set_config('samplan.patient', $1, true) || set_config('samplan.role', $2, true)
        || set_config('samplan.giver', $3, true) || set_config('samplan.unit', $4, true)
        || set_config('samplan.employee', $5, true) || set_config('samplan.person', $6, true);
END $$""",
    # The document that a decision is made from, and the version that tells whether it still holds.
    "samplan_facts_moved(of_patient text)": """RETURNS void LANGUAGE plpgsql AS $$
DECLARE newest bigint;
BEGIN
    INSERT INTO facts_version AS v (patient, version) VALUES (of_patient, 1)
        ON CONFLICT (patient) DO UPDATE SET version = v.version + 1 RETURNING v.version INTO newest;
    UPDATE person p SET facts = (
        SELECT json_build_object('version', newest, 'birthDate', p.birth_date, 'protected', p.protected,
            'personalNumber', CASE WHEN p.number_value IS NOT NULL
                THEN json_build_object('system', p.number_system, 'value', p.number_value) END,
            'relations', coalesce(json_agg(json_build_object('id', id, 'giver', giver, 'unit', unit,
                'employee', employee, 'starts', starts, 'ends', ends)) FILTER (WHERE kind = 'relation'), '[]'),
            'consents', coalesce(json_agg(json_build_object('id', id, 'giver', giver, 'unit', unit,
                'employee', employee, 'starts', starts, 'ends', ends)) FILTER (WHERE kind = 'consent'), '[]'),
            'blocks', coalesce(json_agg(json_build_object('id', id, 'kind', split_part(kind, '-', 1), 'giver', giver,
                'unit', unit, 'created', starts, 'lifted', ends)) FILTER (WHERE kind LIKE '%-block'), '[]'),
            'representatives', coalesce(json_agg(json_build_object('id', id, 'person', person, 'kind', kind,
                'starts', starts, 'ends', ends)) FILTER (WHERE kind = 'guardian'), '[]'))
        FROM fact WHERE fact.patient = of_patient)
    WHERE p.patient = of_patient;
    IF NOT FOUND THEN
        RAISE no_data_found USING MESSAGE = 'there is no such person in this context';
    END IF;
END $$""",
    "samplan_fact_changed()": """RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM samplan_facts_moved(coalesce(NEW.patient, OLD.patient));
    RETURN NULL;
END $$""",
}

TRIGGERS = {
    "fact": "AFTER INSERT OR UPDATE OR DELETE ON fact",
    "person": "AFTER INSERT OR UPDATE OF birth_date, protected, number_system, number_value ON person",
}

OF_THE_PERSON = f"patient = {setting('patient')}"

THE_PERSON = f"(SELECT {setting('person')} = {setting('patient')} OR samplan_is_guardian())"

STAFF = f"""giver IS NOT NULL AND (SELECT samplan_permits())[CASE WHEN giver = (SELECT {setting("giver")}) THEN 1
        WHEN giver <> ALL ((SELECT samplan_blocked())::text[]) THEN 2 END] ? class"""

# A giver's own rows: what a system client reads, and what anybody but the person themself may write.
OWN_GIVER = f"giver = (SELECT {setting('giver')})"

# The directory belongs to no patient: its rows have the key '' and show in a context of that name alone.
VISIBLE = f"""{OF_THE_PERSON} AND CASE (SELECT {setting("role")})
    WHEN 'citizen' THEN label <> 'NOPATIENT' AND {THE_PERSON}
    WHEN 'system' THEN {OWN_GIVER}
    WHEN 'directory' THEN patient = ''
    ELSE {STAFF} END"""

WRITABLE = f"""{OF_THE_PERSON} AND CASE (SELECT {setting("role")})
    WHEN 'citizen' THEN giver IS NULL AND label <> 'NOPATIENT' AND {THE_PERSON}
    WHEN 'system' THEN {OWN_GIVER}
    WHEN 'directory' THEN patient = ''
    ELSE false END"""

GRANTS = {
    "SELECT, INSERT, UPDATE": ("resource", "identifier", "person", "facts_version", "fact"),
    "SELECT, INSERT": ("history", "location", "outbox", "audit"),
    "SELECT, INSERT, DELETE": ("actor",),
    "SELECT": ("wall",),
}


def upgrade() -> None:
    """Protect the rows, keep the facts' document true, and let the app's role do what it needs and no more."""
    for name, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name} {body}")
    for event in TRIGGERS.values():
        op.execute(f"CREATE TRIGGER moved {event} FOR EACH ROW EXECUTE FUNCTION samplan_fact_changed()")
    for table in (*ROWS, *FACTS, "actor"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for table in ROWS:
        op.execute(f"CREATE POLICY visible ON {table} FOR SELECT USING ({VISIBLE})")
        op.execute(f"CREATE POLICY written ON {table} FOR INSERT WITH CHECK ({WRITABLE})")
    op.execute(f"CREATE POLICY changed ON resource FOR UPDATE USING ({WRITABLE}) WITH CHECK ({WRITABLE})")
    for table in (*FACTS, "actor"):
        op.execute(f"CREATE POLICY of_the_person ON {table} USING ({OF_THE_PERSON})")
    for privileges, tables in GRANTS.items():
        op.execute(f"GRANT {privileges} ON {', '.join(tables)} TO samplan_app")


def downgrade() -> None:
    """Take the policies, triggers, functions and privileges away."""
    for privileges, tables in GRANTS.items():
        op.execute(f"REVOKE {privileges} ON {', '.join(tables)} FROM samplan_app")
    op.execute("DROP POLICY changed ON resource")
    for table in ROWS:
        op.execute(f"DROP POLICY visible ON {table}")
        op.execute(f"DROP POLICY written ON {table}")
    for table in (*FACTS, "actor"):
        op.execute(f"DROP POLICY of_the_person ON {table}")
    for table in (*ROWS, *FACTS, "actor"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    for table in TRIGGERS:
        op.execute(f"DROP TRIGGER moved ON {table}")
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
