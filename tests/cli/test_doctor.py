"""`samplan doctor` names what is missing, one sentence each, and nothing when nothing is."""

import json
from datetime import UTC, datetime

import pytest

from app import jose
from app.access import policy
from app.access.row_security import wall_rows
from app.cli import audit, clients, directory
from app.cli.samplan import main
from app.demo.systems import keys
from app.storage import migrate
from tests.builders.database import execute
from tests.builders.directory import GIVER, organization

NOW = datetime.now(UTC)
UNSAFE = "fsync, full_page_writes or synchronous_commit is off: a power cut loses the trail."
"""What is wrong with every database of these tests: it is in a hurry."""


@pytest.fixture
def doctor(database, tmp_path, capsys, monkeypatch):
    """Run the command with these settings besides those that must be set; returns the status and its sentences."""
    monkeypatch.setenv("SAMPLAN_OWNER_URL", database.owner_url)
    required = {
        "DATABASE_URL": database.app_url,
        "BASE_URL": "http://samplan.test",
        "AUDIENCE": "https://samplan.test",
        "ISSUERS": str(issuers(tmp_path, "staff")),
    }

    def run(**settings):
        for name, value in {**required, **settings}.items():
            monkeypatch.setenv(f"SAMPLAN_{name}", value)
        capsys.readouterr()
        status = main(["doctor"])
        return status, capsys.readouterr().out.splitlines()

    return run


def issuers(directory, *kinds):
    """A file with an issuer for each kind of caller, whose keys are in a file beside it."""
    key_set = jose.key_set([keys.load(directory).issuer])
    (directory / "public.json").write_text(json.dumps(key_set), "utf-8")
    tables = [
        f'[[issuer]]\niss = "https://{kind}.example"\nvouches = ["{kind}"]\nkeys_file = "public.json"\n'
        for kind in kinds
    ]
    path = directory / "issuers.toml"
    path.write_text("\n".join(tables), "utf-8")
    return path


def test_an_empty_installation_lacks_nearly_everything(doctor):
    """Each is a sentence of its own, and the status is 1."""
    status, sentences = doctor()

    assert status == 1
    for part in (
        "SAMPLAN_PRODUCTION", "SAMPLAN_BASE_URL", "SAMPLAN_AUDIT_SEAL_KEY", "SAMPLAN_RATE_CLIENT", "for citizen",
        "for system", "table wall", "no care giver", "no social care giver", "No client", "No person", "care relation",
    ):  # fmt: skip
        assert len([sentence for sentence in sentences if part in sentence]) == 1, part
    assert not [sentence for sentence in sentences if "for staff" in sentence or "migrations" in sentence]


def test_a_ready_installation_lacks_nothing(doctor, database, tmp_path, monkeypatch):
    """With issuers, directory, a client, a person with a relation, a seal key, limits, TLS and the production flag."""
    migrate.fill_wall(database.owner_url, wall_rows(policy.load()))
    monkeypatch.setenv("SAMPLAN_DATABASE_URL", database.app_url)
    export = tmp_path / "directory.ndjson"
    givers = (organization(), organization("SE5560009999-S1", "social-care-giver"))
    export.write_text("".join(json.dumps(giver) + "\n" for giver in givers), "utf-8")
    assert directory.main(["import", str(export), "--exported", "2026-12-01T04:00:00+01:00"], now=NOW) == 0
    asked = ["--id", "ehr", "--name", "Journal", "--giver", GIVER, "--issuer", "https://system.example"]
    assert clients.main(["add", *asked, "--scopes", "system/*.cruds"]) == 0
    assert audit.main(["key", str(tmp_path / "seal.json")], now=NOW) == 0
    known_person(database.owner_url)
    status, sentences = doctor(
        PRODUCTION="true",
        BASE_URL="https://samplan.test",
        ISSUERS=str(issuers(tmp_path, "citizen", "staff", "system")),
        AUDIT_SEAL_KEY=str(tmp_path / "seal.json"),
        RATE_CLIENT="200",
        RATE_PERSON="20",
        RATE_REFUSALS="10",
    )

    assert (status, sentences) == (1, [UNSAFE])


def known_person(url):
    """Store a person with a care relation."""
    execute(
        url,
        f"""SELECT set_config('samplan.patient', 'a', false);
        INSERT INTO person (patient, birth_date, protected) VALUES ('a', '1950-09-07', false);
        INSERT INTO fact (patient, id, kind, giver, starts) VALUES ('a', 'f', 'relation', '{GIVER}', now())""",
    )


def test_a_role_that_owns_the_tables_is_named(doctor, database):
    """It could change the trail."""
    assert any("owns tables" in sentence for sentence in doctor(DATABASE_URL=database.owner_url)[1])


def test_a_database_that_is_behind_or_away_is_named(doctor, database):
    """Behind its migrations, without a trail, or at an address where nobody answers."""
    execute(database.owner_url, "UPDATE alembic_version SET version_num = '0001'")
    execute(database.owner_url, "REVOKE INSERT ON audit FROM samplan_app")
    sentences = doctor()[1]
    away = doctor(DATABASE_URL="postgresql://samplan_app:x@127.0.0.1:1/none")[1]

    assert any("migrations are not at their head" in sentence for sentence in sentences)
    assert any("audit trail cannot be written" in sentence for sentence in sentences)
    assert any("does not answer" in sentence for sentence in away)


def test_a_wrong_setting_is_one_sentence_with_its_name(doctor):
    """It is all that is said, because nothing else can be known."""
    status, sentences = doctor(DATABASE_POOL="1000")

    assert (status, len(sentences)) == (1, 1)
    assert sentences[0].startswith("SAMPLAN_DATABASE_POOL")
