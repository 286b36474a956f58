"""An export of the population register: each format, what is refused, and what a second import changes."""

import asyncio
import json
from datetime import UTC, datetime

import asyncpg
import pytest

from app.cli import people
from app.demo.data.givers import REGION
from app.people.exports import read_csv, read_ndjson
from app.people.rivta import read_rivta
from tests.builders.resources import NEW, OTHER

THIRD, CHILD = "189002029800", "20210325K069"
RESPONDER = "urn:riv:strategicresourcemanagement:persons:person:GetPersonsForProfileResponder:5"
AT = "2026-01-31T08:00:00+01:00"


def line(number=NEW, **more):
    """A record as JSON."""
    return {"number": number, "registered": AT, "given": "Pia", "family": "Prov", "protection": [], **more}


def identity(number, root="1.2.752.129.2.1.3.1"):
    """An II of a personal number."""
    return f"<root>{root}</root><extension>{number}</extension>"


def person_xml(number=NEW, more="", protected="false"):
    """One person of an answer."""
    return (
        f"<r:requestedPersonRecord><requestedPersonalIdentity>{identity(number)}</requestedPersonalIdentity>"
        f"<personRecord><personalIdentity>{identity(number)}</personalIdentity>"
        f"<protectedPersonIndicator>{protected}</protectedPersonIndicator><testIndicator>true</testIndicator>"
        f"<version>20260131080000</version><name><givenName>Pia</givenName><surname>Prov</surname></name>{more}"
        "</personRecord></r:requestedPersonRecord>"
    )


def answer_xml(*persons, before=""):
    """An answer of GetPersonsForProfile 5."""
    body = "\n".join(persons)
    domain = "urn:riv:strategicresourcemanagement:persons:person:5"
    opening = f'<r:GetPersonsForProfileResponse xmlns:r="{RESPONDER}" xmlns="{domain}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>{before}\n{opening}\n{body}</r:GetPersonsForProfileResponse>'


def imported(database, capsys, path, *more):
    """The status, the report and the progress of an import."""
    status = people.main(["import", str(path), "--database", database.app_url, *more], now=lambda: datetime.now(UTC))
    printed = capsys.readouterr()
    return status, printed.out.splitlines(), printed.err


def rows(database, query):
    """What the owner finds without row-level security."""

    async def read():
        connection = await asyncpg.connect(database.owner_url)
        try:
            for table in ("person", "fact"):
                await connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return asyncio.run(read())


def test_an_import_can_be_run_again_and_never_goes_back(database, capsys, tmp_path):
    """New, then unchanged; an older export changes nothing, a newer one does; the trail tells who and what, no number."""
    path = tmp_path / "people.ndjson"
    for at, given, report in (
        (AT, "Pia", "1 new, 0 changed, 0 unchanged, 0 older, 0 refused"),
        (AT, "Pia", "0 new, 0 changed, 1 unchanged, 0 older, 0 refused"),
        ("2025-01-01T00:00:00Z", "Gammal", "0 new, 0 changed, 0 unchanged, 1 older, 0 refused"),
        ("2026-03-01T00:00:00Z", "Ny", "0 new, 1 changed, 0 unchanged, 0 older, 0 refused"),
    ):
        path.write_text(json.dumps(line(registered=at, given=given)) + "\n")
        status, printed, told = imported(database, capsys, path, "--giver", REGION.hsa_id)
        assert (status, printed) == (0, [report])
        assert NEW not in told

    assert json.loads(rows(database, "SELECT identity FROM person")[0][0])["given"] == "Ny"
    trail = rows(
        database, "SELECT phase, caller, giver, changed FROM audit WHERE action = 'identify' AND patient <> ''"
    )
    assert [row[0] for row in trail] == ["intent", "outcome"] * 2
    assert all(row[1].startswith("operator:") and row[2] == REGION.hsa_id for row in trail)
    assert "protected=no" in trail[1][3]
    assert NEW not in str(rows(database, "SELECT * FROM audit"))


def test_a_number_change_keeps_one_person_whatever_the_order(database, capsys, tmp_path):
    """Old then new, and back in a ring of the same day: one Patient for both numbers, and nothing is lost."""
    path = tmp_path / "people.ndjson"
    records = [
        line(NEW, birthDate="1896-02-02"),
        line(OTHER, registered="2026-02-01T00:00:00Z", birthDate="1896-02-02", former=[NEW]),
        line(NEW, registered="2026-02-01T00:00:00Z", birthDate="1896-02-02", former=[OTHER]),
    ]
    path.write_text("\n".join(map(json.dumps, records)))
    status, printed, _ = imported(database, capsys, path)

    assert status == 1
    assert printed[0].startswith("line 3: registered: ")
    assert printed[1] == "1 new, 1 changed, 0 unchanged, 0 older, 1 refused"
    assert len({row[0] for row in rows(database, "SELECT patient FROM identifier WHERE source = ''")}) == 1
    assert [row[0] for row in rows(database, "SELECT number_value FROM person")] == [OTHER]


def test_two_people_are_never_united_by_a_mistake(database, capsys, tmp_path):
    """A former number of somebody with another name and another day of birth is refused, and both stay as they were."""
    path = tmp_path / "people.ndjson"
    records = [
        line(NEW, given="Anna", birthDate="1896-02-02"),
        line(OTHER, given="Berit", family="Annan", birthDate="1890-02-02", former=[NEW]),
    ]
    path.write_text("\n".join(map(json.dumps, records)))
    status, printed, _ = imported(database, capsys, path)

    assert status == 1
    assert printed[0].startswith("line 2: former: ")
    assert rows(database, "SELECT number_value FROM person") == [(NEW,)]


def test_guardians_begin_and_end_with_the_register(database, capsys, tmp_path):
    """A guardian whom nobody knows yet becomes known by number; one who is no longer named is ended; silence ends none."""
    path = tmp_path / "people.ndjson"
    for at, guardians, current in (
        ("2026-01-01T00:00:00Z", {"guardians": [NEW, OTHER]}, 2),
        ("2026-01-02T00:00:00Z", {}, 2),
        ("2026-01-03T00:00:00Z", {"guardians": [OTHER]}, 1),
        ("2026-01-04T00:00:00Z", {"guardians": []}, 0),
    ):
        path.write_text(json.dumps(line(CHILD, registered=at, **guardians)))
        assert imported(database, capsys, path)[0] == 0
        assert len(rows(database, "SELECT FROM fact WHERE kind = 'guardian' AND ends IS NULL")) == current


def test_csv_is_read_line_by_line(tmp_path):
    """Semicolons or commas; lists with spaces, `-` for none; a formula, a missing cell and an open quote cost one line."""
    path = tmp_path / "people.csv"
    path.write_text(
        "number;given;family;protection;registered;guardians\n"
        f"{NEW};Pia;Prov;-;{AT};{OTHER}\n"
        f'{NEW};=HYPERLINK("x");Prov;-;{AT};\n'
        f'{NEW};"Pia;Prov;-;{AT};\n'
        f"{NEW};Pia\n"
        f"{NEW};Pia;Prov;;{AT};\n"
        f"{OTHER};Åsa;Ek;sekretessmarkering;{AT};-\n",
        "utf-8",
    )
    read = list(read_csv(path, None))

    assert [(entry.line, entry.record is not None) for entry in read] == [
        (2, True), (3, False), (4, False), (5, False), (6, False), (7, True),
    ]  # fmt: skip
    assert [fault.expression for fault in read[1].faults] == ["given"]
    assert [fault.expression for fault in read[4].faults] == ["protection"]
    assert (read[5].record.protected, read[5].record.guardians) == (True, ())
    assert [number.value for number in read[0].record.guardians] == [OTHER]


def test_ndjson_has_bounds(tmp_path):
    """A line that is too long, no object, or no number is refused alone, and the next is read."""
    path = tmp_path / "people.ndjson"
    path.write_text("\n".join(["x" * 200_000, "[]", '{"number": 5}', json.dumps(line(deceased="2026-01-01"))]))
    read = list(read_ndjson(path, None))

    assert [(entry.line, entry.record is not None) for entry in read] == [(1, False), (2, False), (3, False), (4, True)]
    assert read[3].record.deceased.isoformat() == "2026-01-01"


def test_an_answer_of_the_national_service_is_read(tmp_path):
    """Name, protection, death, guardians, and a number that has changed, from its old and from its new record."""
    path = tmp_path / "answer.xml"
    relation = (
        f"<relationship><relationshipId><personalIdentity>{identity(OTHER)}</personalIdentity></relationshipId>"
        "<relationshipType>V</relationshipType></relationship>"
    )
    died = (
        "<deregistration><deregistrationReasonCode>AV</deregistrationReasonCode><deregistrationDate>"
        "<format>YYYY-MM-DD</format><value>2026-01-02</value></deregistrationDate></deregistration>"
    )
    referred = (
        f"<referredPersonalIdentities><referredPersonalIdentity>{identity(OTHER)}</referredPersonalIdentity>"
        "<referredPersonalIdentityStatus>{}</referredPersonalIdentityStatus></referredPersonalIdentities>"
    )
    path.write_text(
        answer_xml(
            person_xml(more=relation),
            person_xml(more=died, protected="true"),
            person_xml(more=referred.format("AS")),
            person_xml(more=referred.format("NY")),
            person_xml("189602029811"),
            "<r:requestedPersonRecord/>",
        )
    )
    read = list(read_rivta(path, None))
    first, dead, new, old = (entry.record for entry in read[:4])

    assert (first.name.given, first.name.family, first.protected) == ("Pia", "Prov", False)
    assert first.registered.isoformat() == "2026-01-31T08:00:00+01:00"
    assert [number.value for number in first.guardians] == [OTHER]
    assert (dead.deceased.isoformat(), dead.protected, dead.guardians) == ("2026-01-02", True, None)
    assert ([number.value for number in new.former], new.successor) == ([OTHER], None)
    assert (old.former, old.successor.value) == ((), OTHER)
    assert [(entry.line, entry.record) for entry in read[4:]] == [(7, None)]


@pytest.mark.parametrize(
    "text",
    [
        answer_xml(person_xml(), before='<!DOCTYPE a [<!ENTITY b "c">]>'),
        answer_xml(person_xml(), before='<!DOCTYPE a SYSTEM "http://127.0.0.1/x">'),
        answer_xml(person_xml(more="<a>" * 100 + "</a>" * 100)),
        answer_xml(person_xml(more="<a/>" * 6_000)),
        answer_xml(person_xml(more="x" * 300_000)),
        "<a>" * 10_000,
        "no xml",
    ],
)
def test_hostile_xml_is_refused(tmp_path, text):
    """A document type, an entity, a person too deep, too wide or too long, and what is no XML: one fault, no record."""
    path = tmp_path / "answer.xml"
    path.write_text(text)
    read = list(read_rivta(path, None))

    assert [entry.record for entry in read] == [None]
    assert read[0].faults
