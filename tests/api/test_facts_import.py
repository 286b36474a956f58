"""`samplan facts import`: an EHR's own relations and consents, all again without a change, and what is refused by line."""

import asyncio
import json
from datetime import UTC, datetime

from app.cli import facts
from app.demo.data.givers import HEART_CLINIC, PRIVATE, PSYCHIATRY, REGION
from tests.builders.calls import statement

SYSTEM = "http://electronichealth.se/identifier/personnummer"
GUNNAR = {"person": {"system": SYSTEM, "value": "195009072553"}}
SINCE = "2026-01-01T00:00:00+01:00"


async def run(world, path, lines, capsys, giver=REGION.hsa_id):
    """The exit status of an import of these lines, and what it printed and told meanwhile."""
    text = lines if isinstance(lines, str) else "".join(f"{json.dumps(line)}\n" for line in lines)
    path.write_text(text, "utf-8")
    arguments = ["import", str(path), "--giver", giver, "--database", world.database.app_url]
    status = await asyncio.to_thread(facts.main, arguments, now=datetime.now(UTC))
    return status, *capsys.readouterr()


async def relations(world, person="gunnar", unit=HEART_CLINIC.hsa_id):
    """The person's relations to one unit."""
    answer = await world.get("ehr-region", "/api/care-relations", params={"patient": f"Patient/{world.ids[person]}"})
    return [fact for fact in answer.json()["facts"] if fact.get("unit") == unit]


async def test_the_same_file_again_changes_nothing_and_a_new_end_ends(world, tmp_path, capsys):
    """250 lines in three batches; each change is in the trail once, with intent and outcome."""
    path = tmp_path / "relations.ndjson"
    relation = {**GUNNAR, "kind": "relation", "unit": HEART_CLINIC.hsa_id, "starts": SINCE}
    lines = [relation] * 249 + [{**GUNNAR, "kind": "consent", "starts": SINCE, "informed": SINCE}]
    first = await run(world, path, lines, capsys)
    again = await run(world, path, lines, capsys)

    assert first[:2] == (0, "2 registered, 248 unchanged, 0 refused\n")
    assert again[:2] == (0, "0 registered, 250 unchanged, 0 refused\n")
    assert first[2].splitlines()[-1] == "samplan facts: 250 lines, 0 refused"
    assert len(await relations(world)) == 1
    over = "2026-06-01T00:00:00+02:00"
    ended = await run(
        world, path, [{**relation, "ends": over}, {**relation, "starts": over, "ends": "2026-07-01T00:00:00Z"}], capsys
    )
    assert ended[:2] == (0, "1 registered, 1 unchanged, 0 refused\n")
    assert [fact["ends"] for fact in await relations(world)] == ["2026-05-31T22:00:00.000Z"]
    rows = await statement(world, "SELECT request, phase FROM audit WHERE caller LIKE 'import %'")
    assert len(rows) == 2 * len({row["request"] for row in rows}) == 2 * 502


async def test_what_is_refused_is_named_by_line_and_element_without_a_value(world, tmp_path, capsys):
    """Every bad line is reported, and the good ones beside it are stored."""
    relation = {**GUNNAR, "kind": "relation"}
    lines = [
        {**relation, "unit": HEART_CLINIC.hsa_id, "starts": SINCE},
        {**relation, "kind": "emergency", "reason": "Medvetslös vid ankomst"},
        {**relation, "giver": PRIVATE.hsa_id},
        {**relation, "unit": "SE5560000000-4B01"},
        {**relation, "starts": "yesterday"},
        {"kind": "relation", "person": {"system": SYSTEM, "value": "189002029800"}},
        {"kind": "relation", "person": {"system": SYSTEM, "value": "195009072554"}},
        {"kind": "consent", "patient": f"Patient/{world.ids['signe']}", "informed": SINCE},
        {"kind": "relation"},
        {**relation, "secret": "195009072553"},
    ]  # fmt: skip
    status, printed, _ = await run(world, tmp_path / "bad.ndjson", lines, capsys)
    reported = [line.split(":")[0] for line in printed.splitlines()]

    assert status == 1
    assert reported == [*(f"line {number}" for number in range(2, 11)), "1 registered, 0 unchanged, 9 refused"]
    assert [line.split(": ")[1] for line in printed.splitlines() if line.startswith(("line 2:", "line 4:", "line 5:", "line 6:"))] == [
        "kind", "unit", "starts", "person",
    ]  # fmt: skip
    assert not any(value in printed for value in ("1950", "1890", "yesterday", "SE5560000000", world.ids["signe"]))
    assert len(await relations(world)) == 1


async def test_a_file_may_be_csv(world, tmp_path, capsys):
    """With the members as columns; a column that is none, and a row of another length, are named."""
    text = (
        f"system;value;kind;unit;starts\n{SYSTEM};195009072553;relation;{PSYCHIATRY.hsa_id};{SINCE}\n{SYSTEM};short\n"
    )
    status, printed, _ = await run(world, tmp_path / "relations.csv", text, capsys)
    wrong = await run(world, tmp_path / "wrong.csv", "name;kind\nx;relation\n", capsys)

    assert status == 1
    assert printed.splitlines()[0].startswith("line 3: ")
    assert len(await relations(world, unit=PSYCHIATRY.hsa_id)) == 1
    assert wrong[0] == 1
    assert wrong[1].startswith("line 1: ")


async def test_what_cannot_be_read_is_one_sentence(world, tmp_path, capsys):
    """A file that there is not, lines that are no JSON, a giver that is no HSA-id, and another kind of file."""
    arguments = [
        "import",
        str(tmp_path / "none.ndjson"),
        "--giver",
        REGION.hsa_id,
        "--database",
        world.database.app_url,
    ]
    assert await asyncio.to_thread(facts.main, arguments, now=datetime.now(UTC)) == 1
    assert capsys.readouterr().err.startswith("samplan facts: ")
    status, printed, _ = await run(world, tmp_path / "lines.ndjson", "{\n\n[]\n" + "x" * 100_001, capsys)
    assert (status, [line[:6] for line in printed.splitlines()]) == (1, ["line 1", "line 3", "line 4", "0 regi"])
    assert (await run(world, tmp_path / "x.ndjson", [], capsys, giver="nobody"))[0] == 1


async def test_a_personal_number_that_is_sent_as_an_id_stays_out_of_the_trail(world, tmp_path, capsys):
    """The line is refused before its intent is written."""
    lines = [{"kind": "relation", "patient": "Patient/195009072553", "unit": HEART_CLINIC.hsa_id, "starts": SINCE}]
    status, printed, told = await run(world, tmp_path / "number.ndjson", lines, capsys)

    assert (status, printed.splitlines()[-1]) == (1, "0 registered, 0 unchanged, 1 refused")
    assert "195009" not in printed + told
    assert await statement(world, "SELECT 1 FROM audit WHERE patient LIKE '%195009072553%'") == []
