"""The overview shows every field of a contract: a changed field changes the overview."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.errors import Unprocessable
from app.overview.portal.languages import LANGUAGES
from tests.builders.contracts import FULL, follow, leaves, parsed
from tests.builders.overviews import contract_resources, overview

OMITTED = {
    "identifier.system": "by it systems know the thing; it decides what is one thing, and is no word for a person",
    "identifier.value": "as its system",
    "hsaId": "people and units are told by name; the directory's id is for systems",
    "confidentiality": "decides who sees a part, and is not told to those who do",
    **dict.fromkeys(
        (
            f"revision.{name}"
            for name in (
                "action",
                "reason",
                "recorded",
                "by.giver",
                "by.unit",
                "by.practitioner",
                "by.category",
            )
        ),
        "who may see what a revision changed is decided by /api/contracts/{id}/revisions, which tells it",
    ),
    "patient": "the overview is about one person, and says whom",
}
"""The fields that the person is not told, by how their path ends, each with the reason."""

BOUND = {"type", "sip.principals[].kind"}
"""The fields that cannot change alone: a SIP is one by what else it holds, with both principals."""

OTHERS = (
    "Något helt annat", "2026-05-06", "2026-01-11", "2026-03-10T08:00:00+01:00", "sms", "fulfilled", "2026-08-09", "2026-05-06T07:08:00+02:00", "2027-05-06T07:08:00+02:00", "11:12",
    "https://annan.example.se/", "070-555 66 77", "annan@example.se", "sv", "text/plain", 3, 12, True, False, ["wed"],
    ["11:12"], [],
    "home-visit", "video", "phone", "message", "physician", "care-contact", "sampling", "medication", "on-hold",
    "completed", "invited", "cancelled", "planned", "done", "current", "superseded", "VP", "SVP", "yes", "no", "partly",
    "disagree", "achieved", "watch", "today", "region", "municipality", "social", "health", "week", "month", "relative",
    "outside", "parent", "friend", "exported", "printed", "declined", "withdrawn", "person", "other", "end", "create",
    "SE2120000000-9Z09", "Patient/bo", "R", "V", "http://annat.example.org/system", "LSS",
)  # fmt: skip
"""Values of every kind, of which each field may take some."""


WHOLE = parsed({**FULL, "id": "k"}).to_json()
"""With an id, so that those of its parts stay whatever is changed."""


def changed(steps: tuple[Any, ...], value: Any) -> Iterator[dict[str, Any]]:
    """Yield the full contract with each other value that one field may take."""
    for other in OTHERS:
        if other != value:
            contract = json.loads(json.dumps(WHOLE))
            follow(contract, steps[:-1])[steps[-1]] = other
            try:
                yield parsed(contract).to_json()
            except Unprocessable:
                continue


def is_omitted(path: str) -> bool:
    return any(path == end or path.endswith(f".{end}") for end in OMITTED)


FIELDS = sorted({path for path, _, _ in leaves(WHOLE)} - {"id"})


def another(field: str) -> dict[str, Any] | None:
    """The full contract with one field changed, at the first place where that is possible."""
    where = [(steps, value) for path, steps, value in leaves(WHOLE) if path == field]
    return next((contract for steps, value in where for contract in changed(steps, value)), None)


@pytest.fixture(scope="module")
def whole():
    """The overview of a contract with every field."""
    return overview(*contract_resources(WHOLE))


@pytest.mark.proof
@pytest.mark.parametrize("path", FIELDS)
def test_a_field_is_shown_or_left_out_for_a_reason(path, whole):
    """Another value changes the overview, unless the field is in the list of omitted fields."""
    other = another(path)

    assert (other is None) is (path in BOUND)
    assert other is None or (overview(*contract_resources(other)) == whole) is is_omitted(path)


def test_fields_that_were_once_lost_have_swedish_texts(whole):
    """Days and hours, kind, a note, a role alone, the doer, the urgency and the language."""
    agreement = whole["plans"][0]["agreement"]
    does = agreement["careDoes"][0]
    (time,) = [part for part in whole["times"] if part["title"] == "Återbesök"]

    assert does["howOften"]["sv"] == "1 gång var 2:a dag, måndagar och söndagar kl. 07.30, före frukost"
    assert does["howOften"]["en"] == "once every 2 days, Mondays and Sundays at 07:30, före frukost"
    assert (does["activityKindText"]["sv"], does["categoryText"]["sv"]) == ("Egenvård", "Hemtjänst")
    assert does["code"] == {"system": "http://snomed.info/sct", "code": "39857003", "display": "Weighing patient"}
    assert (time["note"], time["who"], time["meets"][1]) == (
        "Tolk är bokad",
        ["Karin Lund", "Fysioterapeut"],
        {"role": "Fysioterapeut"},
    )
    assert [part["doer"] for part in agreement["othersDo"]] == ["outside", "relative"]
    assert agreement["othersDo"][1]["doerText"]["sv"] == "En närstående"
    assert agreement["ifWorse"][0]["urgencyText"]["sv"] == "Snart"
    assert (agreement["aboutMe"]["language"], agreement["aboutMe"]["languageText"]["sv"]) == ("fi", "finska")
    assert (agreement["review"]["who"], agreement["review"]["role"]) == (
        ["Karin Lund", "Hjärtmottagningen"],
        "Sjuksköterska",
    )
    assert agreement["sip"]["summons"]["who"] == ["Karin Lund", "Hjärtmottagningen"]
    assert [part["profession"] for part in whole["contacts"] if "kind" in part] == ["Sjuksköterska"]
    assert agreement["sevenQuestions"][0]["answers"][0]["questionText"]["sv"].startswith("Kan du ägna dig åt ditt liv")


@pytest.mark.parametrize(("tag", "text"), [("ar", "arabiska"), ("fi-SE", "finska"), ("xx", "xx")])
def test_a_language_is_called_by_its_name(tag, text):
    """In any region; an unknown language is shown as its tag."""
    about = {**FULL["aboutMe"], "language": tag}

    assert (
        overview(*contract_resources(FULL, aboutMe=about))["plans"][0]["agreement"]["aboutMe"]["languageText"]["sv"]
        == text
    )


def test_languages_are_in_the_order_of_their_tags():
    """So that a duplicate is seen at once."""
    assert list(LANGUAGES) == sorted(LANGUAGES)


def test_a_routine_activity_has_no_urgency():
    """Only what to do when it gets worse shows the priority `routine`."""
    order = {"resourceType": "ServiceRequest", "id": "a", "status": "active", "intent": "order", "priority": "routine",
             "code": {"text": "Prov"}, "subject": {"reference": "Patient/p"}}  # fmt: skip
    first, second = overview(order, {**order, "id": "b", "priority": "stat"})["timeline"]

    assert not {"urgency", "urgencyText"} & first.keys()
    assert not {"urgency", "urgencyText"} & second.keys()
