"""Negated, inactive or erroneous resources are left out of the overview."""

import pytest

from tests.builders.items import own_item
from tests.builders.overviews import (
    DAY,
    GOAL,
    KIN,
    NOW,
    ORDER,
    PAPER,
    PERSON,
    PLAN,
    STORY,
    TASK,
    TEAM,
    TIME,
    contract_resources,
    overview,
    small_contract,
)

ERROR = {"status": "entered-in-error"}

NOT_IN_FORCE = {
    "an activity that must not be done": (ORDER, {"doNotPerform": True}, "Gå ut"),
    "an activity in error": (ORDER, ERROR, "Gå ut"),
    "an activity by rules that nobody here knows": (ORDER, {"implicitRules": "https://a.example.se/"}, "Gå ut"),
    "a task in error": (TASK, ERROR, "Väg dig"),
    "a plan in error": (PLAN, ERROR, "Vårdplan"),
    "a goal in error": (GOAL, {"lifecycleStatus": "entered-in-error"}, "Orka mer"),
    "a time in error": (TIME, ERROR, "Besök"),
    "a team in error": (TEAM, ERROR, "Kim"),
    "a team that is no more": (TEAM, {"status": "inactive"}, "0000-1"),
    "a document in error": (PAPER, ERROR, "Plan på papper"),
    "a relative no longer": (KIN, {"active": False}, "Birgit"),
    "a story in error": (STORY, ERROR, "Fiskare"),
    "a story that is not finished": (STORY, {"status": "in-progress"}, "Fiskare"),
    "a story that was broken off": (STORY, {"status": "stopped"}, "Fiskare"),
    "a record that is not in use": (PERSON, {"active": False}, "Anna Lind"),
    "a record that another replaces": (
        PERSON, {"link": [{"type": "replaced-by", "other": {"reference": "Patient/b"}}]}, "Anna Lind",
    ),
    "a name that was": (PERSON, {"name": [{"text": "Anna Lind", "use": "old"}]}, "Anna Lind"),
    "a number that was": (TEAM, {"telecom": [{"system": "phone", "value": "0000-1", "use": "old"}]}, "0000-1"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_IN_FORCE)
def test_a_resource_that_is_not_in_force_is_left_out(name):
    """And it is shown without that element."""
    resource, more, text = NOT_IN_FORCE[name]

    assert text in str(overview(resource))
    assert text not in str(overview({**resource, **more}))


def test_a_proposal_is_shown_as_a_proposal():
    """Whatever its status; it is never the next step."""
    option = {**PLAN, "intent": "option"}
    result = overview({**ORDER, "intent": "proposal"}, option)

    assert overview(ORDER)["nextStep"]["title"] == "Gå ut"
    assert result["nextStep"] is None
    assert (result["timeline"][0]["intent"], result["timeline"][0]["statusText"]["sv"]) == (
        "proposal",
        "Bara ett förslag",
    )
    assert (result["plans"][0]["intent"], result["plans"][0]["statusText"]["sv"]) == (
        "option",
        "Ett av flera alternativ",
    )


@pytest.mark.parametrize("status", ["cancelled", "noshow", "fulfilled"])
def test_a_time_that_will_not_happen_has_its_status(status):
    """It stays among the times, and is never the next step."""
    result = overview({**TIME, "status": status})

    assert result["times"][0]["status"] == status
    assert result["nextStep"] is None


def test_an_abandoned_goal_has_its_status():
    """As a text."""
    (goal,) = overview({**GOAL, "lifecycleStatus": "rejected"})["otherParts"][0]["goals"]

    assert (goal["status"], goal["statusText"]["sv"]) == ("rejected", "Avvisad")


def test_an_error_in_one_system_alone_is_a_conflict():
    """The item is shown, with the conflict."""
    same = {"identifier": [{"system": "https://a.example.se/id", "value": "1"}]}
    result = overview(
        own_item({**TIME, **same, **ERROR}),
        own_item({**TIME, **same, "id": "b"})._replace(source="region", updated=NOW),
    )

    assert [(item["status"], item["conflict"]) for item in result["times"]] == [("entered-in-error", True)]


@pytest.mark.parametrize("when", [True, "2026-01-02"])
def test_a_death_is_shown(when):
    """As true, or as the date."""
    name = "deceasedBoolean" if when is True else "deceasedDateTime"

    assert overview({**PERSON, name: when})["patient"]["deceased"] == when
    assert "deceased" not in overview({**PERSON, "deceasedBoolean": False})["patient"]


def test_a_contract_in_error_takes_its_parts_with_it():
    """Its goals and activities are left out too, except its times and the parts that another plan holds."""
    agreement = {"whatMatters": "X", "goals": [{"goal": "Orka mer"}], "iDo": [{"what": "Gå ut"}, {"what": "Öva"}]}
    times = [{"what": "Besök", "start": f"{DAY}T10:00:00+01:00", "end": f"{DAY}T11:00:00+01:00"}]
    parts = contract_resources(small_contract(agreement=agreement, times=times, status="entered-in-error"))
    part_of_another_plan = next(
        f"ServiceRequest/{item['id']}" for item in parts if item.get("code", {}).get("text") == "Öva"
    )
    result = overview(*parts, {**PLAN, "activity": [{"reference": {"reference": part_of_another_plan}}]})

    assert [item["title"] for item in result["times"]] == ["Besök"]
    assert {item["title"] for item in result["timeline"]} == {"Besök", "Öva"}
    assert (result["agreement"], [part["goals"] for part in result["otherParts"]]) == (None, [[]])


def test_a_plan_in_error_takes_nothing_of_another_giver_with_it():
    """Its own activity is left out, another giver's stays."""
    plan = {**PLAN, **ERROR, "activity": [{"reference": {"reference": f"ServiceRequest/{id}"}} for id in ("s", "o")]}
    result = overview(own_item(plan, "SE2"), own_item(ORDER, "SE1"), own_item({**ORDER, "id": "o"}, "SE2"))

    assert [line["reference"] for line in result["timeline"]] == ["ServiceRequest/s"]


@pytest.mark.parametrize("more", [{"status": "draft"}, {"provision": {"type": "deny"}}, ERROR])
def test_a_consent_that_nobody_gave_is_left_out(more):
    """A draft, a denial, and one entered in error."""
    sip = {
        "principals": [{"kind": kind, "unit": {"name": kind}} for kind in ("region", "municipality")],
        "overall": "region",
        "consent": {"on": "2026-01-01"},
    }
    parts = contract_resources(small_contract(type="SIP", sip=sip, review={"on": DAY}))
    broken = [{**item, **more} if item["resourceType"] == "Consent" else item for item in parts]

    assert overview(*parts)["plans"][0]["agreement"]["sip"]["consent"]["status"] == "given"
    assert overview(*broken)["plans"][0]["agreement"]["sip"]["consent"] is None
