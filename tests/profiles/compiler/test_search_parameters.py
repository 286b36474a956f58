"""SearchParameters are compiled into one table by type."""

import json
from pathlib import Path

from app.fhir.search_parameters import SEARCH_PARAMETERS
from fhir_profiles.build import BUILT
from fhir_profiles.compiler.search_parameters import compile_search_parameters, main
from tests import requirements

PACKAGE = Path.home() / ".fhir/packages/hl7.fhir.r4.core#4.0.1/package"
SHARED = {
    "resourceType": "SearchParameter", "url": "http://hl7.example/clinical-patient", "code": "patient",
    "base": ["CarePlan", "Goal"], "type": "reference",
    "expression": "CarePlan.subject.where(resolve() is Patient) | Goal.subject.where(resolve() is Patient)",
}  # fmt: skip
ANY = {
    "url": "http://hl7.example/id",
    "code": "_id",
    "base": ["Resource"],
    "type": "token",
    "expression": "Resource.id",
}
OURS = {"url": "https://samplan.se/patient", "code": "patient", "base": ["Goal"], "type": "reference"}


def test_a_shared_definition_is_split_by_type():
    """Each type gets its own branch of the expression; a parameter of Resource is every type's."""
    compiled = compile_search_parameters([SHARED, ANY], ["CarePlan", "Goal"])
    assert list(compiled["Goal"]) == ["_id", "patient"]
    assert compiled["Goal"]["_id"] == {"type": "token", "definition": ANY["url"], "expression": "Resource.id"}
    assert compiled["CarePlan"]["patient"]["expression"] == "CarePlan.subject.where(resolve() is Patient)"


def test_ours_replaces_theirs_and_keeps_an_expression_that_it_lacks():
    """Of the type that ours is for, and of no other."""
    compiled = compile_search_parameters([SHARED, OURS], ["CarePlan", "Goal"])
    assert compiled["CarePlan"]["patient"]["definition"] == SHARED["url"]
    assert compiled["Goal"]["patient"] == {
        "type": "reference",
        "definition": OURS["url"],
        "expression": "Goal.subject.where(resolve() is Patient)",
    }


def test_the_command_writes_the_table_of_two_directories(tmp_path, capsys):
    """Ours first, the package after; HL7's examples of what a parameter can be are left out."""
    built, package = tmp_path / "built", tmp_path / "package"
    built.mkdir()
    package.mkdir()
    (package / "SearchParameter-clinical-patient.json").write_text(json.dumps(SHARED))
    (package / "SearchParameter-example.json").write_text(json.dumps(ANY))
    (built / "SearchParameter-goal-patient.json").write_text(json.dumps(OURS))
    target = tmp_path / "search_parameters.json"
    assert main([str(built), str(package)], target) == 0
    compiled = json.loads(target.read_text())
    assert compiled["Goal"]["patient"]["definition"] == OURS["url"]
    assert compiled["Task"] == {}
    assert "_id" not in compiled["CarePlan"]
    assert main([]) == 2
    assert "usage:" in capsys.readouterr().err


@requirements.requires(requirements.PACKAGES)
def test_the_table_is_what_the_official_package_gives(tmp_path):
    """`make schemas` after every change of a type or of a SearchParameter of ours."""
    assert main([str(BUILT), str(PACKAGE)], tmp_path / "parameters.json") == 0
    assert (tmp_path / "parameters.json").read_text() == SEARCH_PARAMETERS.read_text()


def test_the_table_is_written_one_parameter_a_line():
    """So that a change of one parameter is a change of one line."""
    table = json.loads(SEARCH_PARAMETERS.read_text())
    assert len(SEARCH_PARAMETERS.read_text().splitlines()) == sum(map(len, table.values())) + 2 * len(table)
