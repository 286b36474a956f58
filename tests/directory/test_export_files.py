"""The files of an export are read line by line, and a bad line costs no other."""

from app.directory.export_files import LONGEST_LINE, read_csv, read_ndjson
from app.directory.import_directory import Export, import_directory
from app.storage.directory_rows import read_changes
from tests.builders.directory import EXPORTED, GIVER, NOW, UNIT, faults

HEADER = "hsaIdentity;name;nameEnglish;kind;hsaResponsibleHealthCareProvider;streetAddress;surgeryHours;management\n"
ROWS = (
    f"{GIVER};Regionen;The Region;care-giver;;;;01\n"
    f"{UNIT};Mottagningen;;care-unit;{GIVER};Gatan 1;1-5#08:00#16:30|6#10:00#12:00;\n"
)


def written(tmp_path, name, content):
    """A file with this content."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


async def imported(pool, reader, path):
    """The report of importing a file."""
    export = Export("hsa", EXPORTED, lambda: reader(path))
    return await import_directory(pool, export, operator="test", now=NOW, progress=str)


async def test_a_csv_of_units_becomes_organisations_services_and_places(pool, tmp_path):
    """Hours make a HealthcareService and an address a Location, as HSA's own mapping does; commas do as well."""
    report = await imported(pool, read_csv, written(tmp_path, "units.csv", HEADER + ROWS))
    assert (report.counts["new"], report.refused) == (4, [])
    again = await imported(pool, read_csv, written(tmp_path, "commas.csv", (HEADER + ROWS).replace(";", ",")))
    assert (again.counts["unchanged"], again.refused) == (4, [])
    organisations = {entry.hsa_id: entry for entry in (await read_changes(pool, 0)).organisations}
    assert organisations[GIVER] == (GIVER, "Regionen", "The Region", None, ("care-giver",))
    assert organisations[UNIT].parent == GIVER
    rows = await pool.fetch(
        "SELECT body::json -> 'availableTime' FROM directory_entry WHERE type = 'HealthcareService'"
    )
    assert '"daysOfWeek":["mon","tue","wed","thu","fri"]' in rows[0][0]


async def test_a_bad_line_of_csv_costs_no_other(pool, tmp_path):
    """Too many fields, bytes that are no UTF-8, hours that cannot be read: each named by its line."""
    bad = f"{UNIT};Fel;;care-unit;{GIVER};;någon gång;\n;;;;;;;;;;\n".encode()
    bad += b"SE5560009999-U3;\xff;;care-unit;;;;\n" + b"SE5560009999-U4;Namn;;care-unit;;a\x00b;;\n"
    report = await imported(pool, read_csv, written(tmp_path, "units.csv", (HEADER + ROWS).encode() + bad))
    codes = {line: code for line, _, code in faults(report)}
    assert codes == {4: "value", 5: "structure", 6: "structure", 7: "structure"}
    assert report.counts["new"] == 4


async def test_an_unknown_column_stops_the_file(pool, tmp_path):
    """A misspelt column would leave a value out everywhere; the report names the columns, not the file's text."""
    report = await imported(pool, read_csv, written(tmp_path, "units.csv", "hsaIdentity;nmae\nx;y\n"))
    assert [(line, code) for line, _, code in faults(report)] == [(1, "structure")]
    assert "nmae" not in report.refused[0][1].english


def test_a_line_of_ndjson_is_parsed_strictly(tmp_path):
    """A duplicate key, NaN and an endless line are errors of their lines."""
    content = b'{"resourceType":"Organization","name":"a","name":"b"}\n\nNaN\n' + b'"' * (LONGEST_LINE + 2)
    lines = list(read_ndjson(written(tmp_path, "export.ndjson", content)))
    assert [entry.line for entry in lines] == [1, 3, 4]
    assert all(entry.error is not None for entry in lines)
