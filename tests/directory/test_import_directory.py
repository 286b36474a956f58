"""An import stores what is new or newer, refuses by line and element, and can be run again."""

from datetime import timedelta
from typing import Any

from app.directory.entries import OWNERSHIP
from app.directory.follow import DirectoryFollower
from app.organisations import Organisations
from app.storage.directory_rows import read_changes
from tests.builders.directory import EXPORTED, GIVER, UNIT, bring, faults, organization, unit

LATER = EXPORTED + timedelta(hours=1)
OTHER_UNIT = "SE5560009999-U2"


async def known(pool: Any) -> Organisations:
    """The organisations as an app reads them."""
    return Organisations((await read_changes(pool, 0)).organisations)


async def test_an_export_is_stored_once(pool):
    """The second import of the same export changes nothing and leaves no number behind."""
    first = await bring(pool, organization(), unit())
    number = (await read_changes(pool, 0)).number
    second = await bring(pool, organization(), unit())
    assert dict(first.counts) == {"new": 2, "older": 0}
    assert dict(second.counts) == {"unchanged": 2, "older": 0}
    assert (await read_changes(pool, 0)).number == number
    assert (await known(pool)).giver_of(UNIT) == GIVER


async def test_a_newer_export_changes_and_an_older_one_does_not(pool):
    """Older news never overwrites newer, also if the newer export only confirmed what was stored."""
    await bring(pool, organization(name="Gammalt"))
    changed = await bring(pool, organization(name="Nytt"), exported=LATER)
    assert changed.counts["changed"] == 1
    await bring(pool, organization(name="Nytt"), exported=LATER + timedelta(hours=2))
    older = await bring(pool, organization(name="Gammalt"), exported=LATER + timedelta(hours=1))
    assert dict(older.counts) == {"older": 1}
    assert (await known(pool)).names(GIVER) == {"sv": "Nytt", "en": "Nytt"}


async def test_the_same_version_with_other_content_is_refused(pool):
    """Which of the two is right nobody can tell."""
    await bring(pool, organization(name="Ett"))
    report = await bring(pool, organization(name="Annat"))
    assert faults(report) == [(1, "meta.lastUpdated", "conflict")]
    assert (await known(pool)).names(GIVER) == {"sv": "Ett", "en": "Ett"}


async def test_a_dry_run_stores_nothing(pool):
    """It reports what an import would do."""
    report = await bring(pool, organization(), unit(), dry=True)
    assert report.counts["new"] == 2
    assert len(await known(pool)) == 0


async def test_two_units_with_one_hsa_id_are_both_refused(pool):
    """A unit that claims a giver's HSA-id takes the place of neither; what hangs on them is refused too."""
    report = await bring(pool, organization(), unit(GIVER, part_of="SE5560009999-G2"), unit())
    twice = [(line, "identifier", "duplicate") for line in (1, 2)]
    assert faults(report) == [*twice, (3, None, "not-found")]
    assert len(await known(pool)) == 0


async def test_another_export_does_not_take_a_giver_over(pool):
    """An HSA-id belongs to the export that brought it: nobody turns a region into a unit of theirs."""
    await bring(pool, organization(name="Regionen"))
    report = await bring(
        pool, organization("SE5560009999-G2"), unit(GIVER, part_of="SE5560009999-G2"), name="stranger", exported=LATER
    )
    assert faults(report) == [(2, "identifier", "conflict")]
    assert (await known(pool)).giver_of(GIVER) == GIVER


async def test_a_unit_may_hang_on_a_giver_of_another_export(pool):
    """A private clinic's catalogue names the region that another catalogue holds."""
    await bring(pool, organization())
    report = await bring(pool, unit(), name="clinic")
    assert (report.counts["new"], report.refused) == (1, [])


WRONG = {
    "dangling": ([unit()], [(1, None, "not-found")]),
    "no giver": ([organization(UNIT, "care-unit")], [(1, "Organization.partOf", "business-rule")]),
    "cycle": (
        [unit(UNIT, OTHER_UNIT), unit(OTHER_UNIT, UNIT)],
        [(1, "Organization.partOf", "business-rule"), (2, "Organization.partOf", "business-rule")],
    ),
    "itself": ([organization(part_of=GIVER)], [(1, "Organization.partOf", "business-rule")]),
    "below": ([unit(OTHER_UNIT, UNIT), unit()], [(1, "Organization.partOf", "business-rule"), (2, None, "not-found")]),
    "code": ([organization(GIVER, "hospital")], [(1, "Organization.type[0].coding[0].code", "code-invalid")]),
    "ownership": (
        [organization(type=[{"coding": [{"system": OWNERSHIP, "code": "99"}]}])],
        [(1, "Organization.type", "code-invalid")],
    ),
    "form": ([organization("not-an-id")], [(1, "Organization.identifier", "value")]),
    "no id": ([{**organization(), "identifier": [{"value": "1"}]}], [(1, "Organization.identifier", "required")]),
    "type": ([{"resourceType": "Patient"}], [(1, "Patient", "not-supported")]),
    "element": ([organization(birthDate="1950-07-25")], [(1, "Organization.birthDate", "structure")]),
}


async def test_what_is_wrong_is_refused_by_line_and_element(pool):
    """Nothing of it is stored, and the report names the place and the fix."""
    refused = {name: faults(await bring(pool, *resources)) for name, (resources, _) in WRONG.items()}
    assert refused == {name: wanted for name, (_, wanted) in WRONG.items()}
    assert len(await known(pool)) == 0


async def test_protected_staff_and_personal_numbers_stay_out(pool):
    """The directory has neither a protected member of staff nor a personal number."""
    security = [{"system": "http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel", "code": "sekretessmarkering"}]
    number = {"system": "http://electronichealth.se/identifier/personnummer", "value": "195009072553"}
    hsa = {"system": "urn:oid:1.2.752.29.4.19", "value": "SE5560009999-E1"}
    person = {"resourceType": "Practitioner", "identifier": [hsa], "name": [{"text": "Eva"}]}
    report = await bring(
        pool, {**person, "meta": {"security": security}}, {**person, "identifier": [number], "id": "eva"}
    )
    assert {(1, "Practitioner.meta.security", "security"), (2, "Practitioner.identifier", "security")} <= set(
        faults(report)
    )
    assert all("195009072553" not in fault.english for _, fault in report.refused)


async def test_a_resource_without_a_time_is_refused(pool):
    """Without meta.lastUpdated and the time of the export nobody knows what is older."""
    report = await bring(pool, organization(), exported=None)
    assert faults(report) == [(1, "Organization.meta.lastUpdated", "required")]


async def test_references_of_a_file_become_ours(pool):
    """A file refers by its own ids; an HSA-id alone is enough too, in any case of its letters."""
    by_id = unit(id="u", partOf={"reference": "Organization/g"})
    report = await bring(pool, by_id, organization(id="g"), unit(OTHER_UNIT, part_of=GIVER.lower()))
    assert (report.counts["new"], report.refused) == (3, [])
    organisations = await known(pool)
    assert organisations.giver_of(UNIT) == organisations.giver_of(OTHER_UNIT) == GIVER


async def test_a_running_app_reads_only_what_changed(pool):
    """The follower adds the changes of each import to what it has in memory."""
    organisations = Organisations()
    follower = DirectoryFollower(pool, organisations)
    await bring(pool, organization())
    await follower.read()
    await bring(pool, unit())
    assert organisations.giver_of(UNIT) is None
    await follower.read()
    assert (len(organisations), organisations.giver_of(UNIT)) == (2, GIVER)


async def test_a_database_that_is_gone_leaves_what_is_in_memory(pool, caplog):
    """The app goes on with what it knew, and says so in the log."""
    organisations = Organisations()
    follower = DirectoryFollower(pool, organisations)
    await bring(pool, organization())
    await follower.read()
    await pool.close()
    await follower.read()
    assert organisations.knows(GIVER)
    assert "the directory could not be read" in caplog.text
