"""Our profiles are compiled whole, the checked-in overlays are what the built ones give, and codes imply them."""

import json
from pathlib import Path

import pytest

from app.fhir.check.profile_messages import PROFILE_MESSAGES
from app.fhir.check.profile_rules import RULES
from app.fhir.check.profiles import known_profiles
from app.fhir.schema_files import SCHEMAS, validator
from fhir_profiles.build import BUILT
from fhir_profiles.compiler.implied import implying_codes
from fhir_profiles.compiler.profile_schemas import FOREIGN, compile_overlays, main, overlay, overlay_text
from fhir_profiles.compiler.snapshots import Library, Unsupported
from tests import requirements
from tests.builders.profiles import OURS, VALUE_SETS, definition, element, library, sliced

CACHE = Path.home() / ".fhir/packages"
PACKAGES = [CACHE / name / "package" for name in ("hl7.fhir.r4.core#4.0.1", "hl7se.fhir.base#1.1.0")]
PARTS = "https://samplan.se/fhir/CodeSystem/part"


def concept(*codes):
    """A pattern of these codes, ours unless they tell their system."""
    pairs = [code if isinstance(code, tuple) else (PARTS, code) for code in codes]
    return {"patternCodeableConcept": {"coding": [{"system": system, "code": code} for system, code in pairs]}}


def by_category(id, *codes, parent=None):
    """A profile that wants a category of each of these codes."""
    slices = [
        element(f"Goal.category:s{number}", "1..1", "CodeableConcept", base="0..*", **concept(code))
        for number, code in enumerate(codes)
    ]
    category = element("Goal.category", "1..*", "CodeableConcept", base="0..*", **sliced("pattern", "$this"))
    return definition("Goal", category, *slices, id=id, parent=parent)


def read(folder):
    """The compiled profiles and terminology, by their paths."""
    paths = [path for room in ("profiles", "terminology") for path in (folder / room).iterdir()]
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in paths}


def test_what_is_built_has_its_overlay_and_nothing_else_does():
    """One for each definition of ours, and for those of others that are checked too."""
    built = [json.loads(path.read_text("utf-8")) for path in BUILT.glob("StructureDefinition-*.json")]

    assert {each["url"] for each in built} | set(FOREIGN) == set(known_profiles())
    assert {path.stem for path in (SCHEMAS / "profiles").glob("*.json")} == {
        each.id for each in known_profiles().values()
    }


@requirements.requires(requirements.PACKAGES)
def test_the_overlays_are_what_the_built_profiles_give(tmp_path):
    """`make schemas` after every change of a profile or of the compiler."""
    assert main([str(BUILT), *map(str, PACKAGES)], tmp_path) == 0

    assert read(tmp_path) == read(SCHEMAS)
    assert sum(map(len, read(SCHEMAS).values())) < 400_000


def test_every_overlay_can_be_run_and_put_into_words():
    """Each is a schema; each demand has its row in PROFILE_MESSAGES and fills its places; each rule is one of ours."""
    for profile in known_profiles().values():
        validator(profile.schema)
        assert set(profile.rules) <= set(RULES)
        for demand in profile.schema["$defs"].values():
            name, *words = demand["says"]
            _, english, swedish = PROFILE_MESSAGES[name]
            for sentence in (english, swedish):
                assert sentence.format(*words, of=profile.id).endswith(f"({profile.id}).")


def test_the_command_writes_one_file_for_each_definition(tmp_path, capsys):
    """The same for the same; a specialization is none, and without a directory it says how to call it."""
    library(tmp_path, by_category("small", "a"), definition("Goal", id="bare"))
    special = definition("Goal", id="special") | {"derivation": "specialization"}
    (tmp_path / "StructureDefinition-special.json").write_text(json.dumps(special))

    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
    assert main([str(tmp_path)], tmp_path / "made") == 0
    made = {each["id"]: each for each in compile_overlays(tmp_path, [])}
    there = {path.stem: json.loads(path.read_text()) for path in (tmp_path / "made/profiles").glob("*.json")}
    assert there == json.loads(json.dumps(made))
    codes = json.loads((tmp_path / "made/terminology/codes.json").read_text())
    assert codes == {"urn:x/CodeSystem/colours": {code: [code] for code in ("red", "pink", "blue")}}
    assert set(made) == {"small", "bare"}
    assert json.loads(overlay_text(made["bare"]))["schema"] == {"$defs": {}}


def test_a_definition_of_others_is_compiled_where_it_is_at_hand(tmp_path):
    """By its canonical, beside ours; and a profile tells of every one that it derives from."""
    theirs = definition("Extension", id="data-absent-reason") | {"url": FOREIGN[0]}
    middle = definition("Goal", id="middle", parent=f"{OURS}/bare")
    library(tmp_path, definition("Goal", id="bare"), middle, definition("Goal", id="small", parent=f"{OURS}/middle"))
    package = tmp_path / "package"
    package.mkdir()
    library(package, theirs)

    made = {each["url"]: each for each in compile_overlays(tmp_path, [package])}

    assert made.keys() == {FOREIGN[0], *(f"{OURS}/{name}" for name in ("bare", "middle", "small"))}
    assert made[f"{OURS}/small"]["above"] == [f"{OURS}/middle", f"{OURS}/bare"]


def test_an_extension_tells_where_it_may_stand(tmp_path):
    """By element; other ways to say it say nothing to us."""
    contexts = [{"type": "element", "expression": "Goal"}, {"type": "fhirpath", "expression": "Goal.note"}]
    made = overlay(definition("Extension", isModifier=True) | {"context": contexts}, library(tmp_path))

    assert (made["contexts"], made["most"], made["isModifier"], made["implied"]) == (["Goal"], "*", True, [])


def test_a_rule_of_ours_is_on_the_whole_and_known(tmp_path):
    """One inside, or one that nobody has written, is no rule of ours; those of others are let be."""
    kept = definition("Goal", constraints=("dom-2", "sp-goal-1"))
    unknown = definition("Goal", constraints=("sp-none-1",))
    inside = definition("Goal", element("Goal.note", "0..*", base="0..*", constraint=[{"key": "sp-goal-1"}]))
    given = library(tmp_path)

    assert overlay(kept, given)["rules"] == ["sp-goal-1"]
    for each in (unknown, inside):
        with pytest.raises(Unsupported):
            overlay(each, given)


OTHERS = ("urn:other", "b")
PLAN = by_category("plan", "a", OTHERS)


@pytest.mark.parametrize(
    "profile, tokens",
    [
        (PLAN, {("category", PARTS, "a")}),
        (by_category("plan-x", "a", OTHERS, ("urn:other", "x"), parent=f"{OURS}/plan"),
         {("category", PARTS, "a"), ("category", "urn:other", "x")}),
        (by_category("plan-y", "a", OTHERS, "y", ("urn:other", "x"), parent=f"{OURS}/plan"),
         {("category", PARTS, "a"), ("category", PARTS, "y")}),
        (by_category("plan-z", "a", OTHERS, parent=f"{OURS}/plan"), set()),
        (by_category("foreign", OTHERS), set()),
        (definition("Goal", element("Goal.priority", "1..1", "CodeableConcept", **concept("p"))), {("priority", PARTS, "p")}),
        (definition("Goal", element("Goal.priority", "0..1", "CodeableConcept", **concept("p"))), set()),
        (definition("Goal", element("Goal.priority", "1..1", "CodeableConcept"),
                    element("Goal.priority.coding", "1..*", "Coding", base="0..*", **sliced("value", "system")),
                    element("Goal.priority.coding:p", "1..1", "Coding", base="0..*", patternCoding={"system": PARTS, "code": "p"}),
                    element("Goal.priority.coding:q", "0..1", "Coding", base="0..*", patternCoding={"system": PARTS, "code": "q"})),
         {("priority", PARTS, "p")}),
        (definition("Goal", element("Goal.statusReason", "1..1", "string", fixedString="https://samplan.se/fhir/a")),
         {("statusReason", "https://samplan.se/fhir/a", "")}),
        (definition("Goal", element("Goal.statusReason", "1..1", "string", fixedString="a"),
                    element("Goal.note", "1..*", "Annotation", base="0..*", patternAnnotation={"text": "a"}),
                    element("Goal.startDate", "1..1", "integer", fixedInteger=1)), set()),
    ],
)  # fmt: skip
def test_codes_of_ours_imply_a_profile(profile, tokens, tmp_path):
    """Those that it asks for; of one that derives from another, what implies that one and what it adds."""
    assert set(implying_codes(profile, library(tmp_path, PLAN, profile))) == tokens


@pytest.mark.parametrize(
    "compose, system",
    [
        ({"include": [{"system": "urn:x/CodeSystem/colours", "filter": [{}]}]}, {}),
        ({"include": [{"system": "urn:x/CodeSystem/colours", "valueSet": ["urn:x/ValueSet/colour"]}]}, {}),
        ({"include": [{"system": "urn:x/CodeSystem/colours"}], "exclude": [{}]}, {}),
        ({"include": [{"system": "urn:x/CodeSystem/nowhere"}]}, {}),
        ({"include": [{"system": "urn:x/CodeSystem/colours"}]}, {"content": "fragment"}),
    ],
)
def test_codes_that_cannot_be_listed_are_not_left_unchecked(compose, system, tmp_path):
    """A filter, an exclusion, a system that is not here or not whole."""
    given = library(tmp_path)
    (tmp_path / "ValueSet-odd.json").write_text(json.dumps({"url": "urn:x/ValueSet/odd", "compose": compose}))
    (tmp_path / "CodeSystem-colours.json").write_text(json.dumps(VALUE_SETS["CodeSystem-colours"] | system))

    with pytest.raises(Unsupported):
        given.codes("urn:x/ValueSet/odd")


def test_a_file_that_is_named_for_another_is_not_taken_for_it(tmp_path):
    """The canonical decides; the next directory may have it."""
    library(tmp_path, definition("Goal", id="small") | {"url": "urn:else/small"})
    (tmp_path / "next").mkdir()
    library(tmp_path / "next", definition("Task", id="small"))

    assert Library(tmp_path).definition(f"{OURS}/small") is None
    assert Library(tmp_path, tmp_path / "next").type_of(f"{OURS}/small") == "Task"
