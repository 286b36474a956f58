"""What the population register says of a person, guardians by their ward, and the protection of a guardian.

A guardian's protected identity is part of the facts about the child, so that it is read with them and a change of it
gives them a new version. `protected_person` and `guardianship` hold ids only, and are kept by triggers.
"""

import runpy
from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"

COLUMNS = {
    "registered": "timestamptz",
    "identity": "text NOT NULL DEFAULT ''",
    "identity_version": "bigint NOT NULL DEFAULT 0",
}

TABLES = {
    "protected_person": "(patient text NOT NULL, PRIMARY KEY (patient))",
    "guardianship": "(patient text NOT NULL, guardian text NOT NULL, PRIMARY KEY (patient, guardian))",
}

MEMBERS = """
            'registered', p.registered, 'identityVersion', p.identity_version,
            'identity', CASE WHEN p.identity <> '' THEN p.identity::json END,
            'protectedGuardian', EXISTS (SELECT FROM guardianship g JOIN protected_person s ON s.patient = g.guardian
                WHERE g.patient = of_patient),"""
"""The members that the facts' document gets, before its relations."""

MOVED_FUNCTION = "samplan_facts_moved(of_patient text)"

FUNCTIONS = {
    # A guardian's protection moves the facts of each ward, each in the context of the ward.
    "samplan_protection_changed()": """RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ward text;
BEGIN
    IF NEW.protected THEN
        INSERT INTO protected_person (patient) VALUES (NEW.patient) ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM protected_person WHERE patient = NEW.patient;
    END IF;
    FOR ward IN SELECT g.patient FROM guardianship g WHERE g.guardian = NEW.patient ORDER BY g.patient LOOP
        PERFORM set_config('samplan.patient', ward, true);
        PERFORM samplan_facts_moved(ward);
    END LOOP;
    PERFORM set_config('samplan.patient', NEW.patient, true);
    RETURN NULL;
END $$""",
    "samplan_guardian_added()": """RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO guardianship (guardian, patient) VALUES (NEW.person, NEW.patient) ON CONFLICT DO NOTHING;
    RETURN NEW;
END $$""",
    # The facts of a person, read in that person's context: for the import of many people in one transaction.
    "samplan_facts_of(of_patient text)": """RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('samplan.patient', of_patient, true);
    RETURN (SELECT facts FROM person WHERE patient = of_patient);
END $$""",
    # Stores what the register says, unless something newer is stored: then no_data_found ends the transaction.
    "samplan_register(of_patient text, born date, is_protected boolean, system text, number text, document text, "
    "at timestamptz)": """RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('samplan.patient', of_patient, true);
    INSERT INTO person AS p (patient, birth_date, protected, number_system, number_value, identity, registered,
        identity_version) VALUES (of_patient, born, is_protected, system, number, document, at, 1)
    ON CONFLICT (patient) DO UPDATE SET birth_date = excluded.birth_date, protected = excluded.protected,
        number_system = excluded.number_system, number_value = excluded.number_value, identity = excluded.identity,
        registered = excluded.registered, identity_version = p.identity_version + 1
        WHERE p.registered IS NULL OR excluded.registered IS NULL OR p.registered <= excluded.registered;
    IF NOT FOUND THEN
        RAISE no_data_found USING MESSAGE = 'something newer is stored';
    END IF;
END $$""",
}


def facts_before() -> str:
    """Return the body of the function that writes the document, as it was before."""
    functions = runpy.run_path(str(Path(__file__).with_name("0008_facts.py")))["FUNCTIONS"]
    return str(functions[MOVED_FUNCTION])


# What was known of protection until now came from pushes, and a push that says nothing does not say no.
FILLED = (
    "UPDATE person SET protected = NULL WHERE NOT protected",
    "INSERT INTO protected_person (patient) SELECT patient FROM person WHERE protected",
    "INSERT INTO guardianship (patient, guardian) SELECT DISTINCT patient, person FROM fact WHERE kind = 'guardian'",
    "SELECT samplan_facts_moved(patient) FROM person",
)

MOVED = "AFTER INSERT OR UPDATE OF birth_date, protected, number_system, number_value{} ON person"


def upgrade() -> None:
    """Add the columns, the tables and their triggers, and let an unknown protection be unknown."""
    for name, type_ in COLUMNS.items():
        op.execute(f"ALTER TABLE person ADD COLUMN {name} {type_}")
    op.execute("ALTER TABLE person ALTER COLUMN protected DROP NOT NULL")
    op.execute("CREATE INDEX location_of_patient ON location (patient)")
    for name, definition in TABLES.items():
        op.execute(f"CREATE TABLE {name} {definition}")
        op.execute(f"GRANT SELECT, INSERT, DELETE ON {name} TO samplan_app")
    op.execute("CREATE INDEX guardianship_of_guardian ON guardianship (guardian)")
    body = facts_before().replace("'relations',", f"{MEMBERS.strip()}\n            'relations',", 1)
    op.execute(f"CREATE OR REPLACE FUNCTION {MOVED_FUNCTION} {body}")
    for name, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name} {body}")
    op.execute("DROP TRIGGER moved ON person")
    columns = ", identity, registered, identity_version"
    op.execute(f"CREATE TRIGGER moved {MOVED.format(columns)} FOR EACH ROW EXECUTE FUNCTION samplan_fact_changed()")
    op.execute(
        "CREATE TRIGGER protection AFTER INSERT OR UPDATE OF protected ON person "
        "FOR EACH ROW EXECUTE FUNCTION samplan_protection_changed()"
    )
    op.execute(
        "CREATE TRIGGER guardian BEFORE INSERT ON fact FOR EACH ROW WHEN (NEW.kind = 'guardian') "
        "EXECUTE FUNCTION samplan_guardian_added()"
    )
    for table in ("person", "fact"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in FILLED:
        op.execute(statement)
    for table in ("person", "fact"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take them away; a protection that is unknown becomes false, as it was stored before."""
    op.execute("DROP TRIGGER guardian ON fact")
    op.execute("DROP TRIGGER protection ON person")
    op.execute("DROP TRIGGER moved ON person")
    op.execute("ALTER TABLE person NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE person SET protected = false WHERE protected IS NULL")
    op.execute("ALTER TABLE person FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE TRIGGER moved {MOVED.format('')} FOR EACH ROW EXECUTE FUNCTION samplan_fact_changed()")
    op.execute(f"CREATE OR REPLACE FUNCTION {MOVED_FUNCTION} {facts_before()}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
    for name in TABLES:
        op.execute(f"DROP TABLE {name}")
    op.execute("DROP INDEX location_of_patient")
    for name in COLUMNS:
        op.execute(f"ALTER TABLE person DROP COLUMN {name}")
    op.execute("ALTER TABLE person ALTER COLUMN protected SET NOT NULL")
