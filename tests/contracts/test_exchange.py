"""A contract goes out as a Bundle and a Bundle comes in as contracts; what a contract cannot hold is told of."""

import json
from typing import Any

import pytest
from hypothesis import given

from app.contracts import exchange, to_fhir
from app.errors import Malformed, TooLarge, Unprocessable
from app.fhir.elements import address
from app.fhir.strict_json import LIMIT
from tests.builders.contracts import FULL, LEAST, agreement, contracts, first_resources, full, many_examples, parsed

BASE = "https://example.org/fhir"


def line(one: Any) -> bytes:
    return json.dumps(one).encode()


def bundled(resources: list[dict[str, Any]]) -> dict[str, Any]:
    return to_fhir.transaction(resources, base=BASE)


def of(contract: dict[str, Any]) -> list[dict[str, Any]]:
    """Its resources, to be changed."""
    resources: list[dict[str, Any]] = json.loads(json.dumps(first_resources(parsed(contract))))
    return resources


def refused(one: Any) -> list[str | None]:
    try:
        done = exchange.contracts_of_bundle(line(one))
    except Unprocessable as error:
        return [fault.expression for fault in error.faults]
    assert done.written == []
    return [each.fault.expression for each in done.faults]


@many_examples
@given(contracts)
def test_any_contract_goes_out_and_comes_in_again(contract):
    """With its ids, and with nothing lost."""
    there = exchange.bundle_of_contract(line(contract.to_json()))
    back = exchange.contracts_of_bundle(line(there.written[0]))

    assert there.lost == []
    assert back == exchange.ConvertedLine([contract.to_json()], [], [])


def test_the_base_is_where_the_resources_will_be():
    """Ours, unless somebody says otherwise."""
    ours, theirs = exchange.bundle_of_contract(line(LEAST)), exchange.bundle_of_contract(line(LEAST), base=BASE)
    urls = [one.written[0]["entry"][0]["fullUrl"].rpartition("/CarePlan/")[0] for one in (ours, theirs)]

    assert urls == ["https://samplan.se/fhir", BASE]
    assert ours.written[0]["entry"][0]["resource"] == theirs.written[0]["entry"][0]["resource"]


def test_a_revision_that_nobody_has_signed_is_left_out_and_told():
    """A contract as a portal sends it has a reason, and the server has yet to say the rest."""
    done = exchange.bundle_of_contract(line({**LEAST, "revision": {"reason": "Nytt mål"}}))

    assert [entry["resource"]["resourceType"] for entry in done.written[0]["entry"]] == ["CarePlan"]
    assert done.lost == [exchange.UNSIGNED_REVISION]


def test_what_is_no_contract_does_not_go_out():
    """Malformed, or against a rule."""
    with pytest.raises(Malformed):
        exchange.bundle_of_contract(b"{")
    with pytest.raises(Unprocessable):
        exchange.bundle_of_contract(b"{}")


def test_what_a_contract_cannot_hold_is_told_by_resource_and_element():
    """An element, and a resource that is no part of any contract; never what they say."""
    resources = of(agreement(goals=[{"goal": "Gå"}]))
    resources[0]["contributor"] = [{"display": "hemligt ord"}]
    patient = {"resourceType": "Patient", "id": "anna", "name": [{"text": "hemligt ord"}]}
    done = exchange.contracts_of_bundle(line(bundled([*resources, patient])))

    assert done.lost == [
        "Patient/anna: a contract cannot hold Patient; it stays in FHIR only",
        f"{address(resources[0])}: a contract cannot hold CarePlan.contributor; it stays in FHIR only",
    ]


def test_an_id_that_is_a_personal_number_is_not_repeated():
    """Another system may have chosen it so."""
    patient = {"resourceType": "Patient", "id": "19500907-2553", "name": [{"text": "Tolvan"}]}
    done = exchange.contracts_of_bundle(line(bundled([*of(LEAST), patient])))

    assert done.lost == ["Patient: a contract cannot hold Patient; it stays in FHIR only"]


def test_entries_that_refer_to_each_other_by_uuid_are_understood():
    """A transaction of another system, whose resources have no ids yet: they get ids that follow from it."""
    resources = of(agreement(goals=[{"goal": "Gå"}], contactWays=[{"channel": "phone", "value": "112"}]))
    names = {address(one): f"urn:uuid:00000000-0000-4000-8000-{place:012}" for place, one in enumerate(resources)}
    sent = bundled(resources)
    for entry in sent["entry"]:
        entry["fullUrl"] = names[address(entry["resource"])]
        entry["request"] = {"method": "POST", "url": entry["resource"]["resourceType"]}
        del entry["resource"]["id"]
    sent = json.loads(renamed(json.dumps(sent), names))
    first, repeated = exchange.contracts_of_bundle(line(sent)), exchange.contracts_of_bundle(line(sent))

    assert first == repeated
    assert first.lost == []
    assert first.written[0]["agreement"]["goals"][0]["goal"] == "Gå"
    assert first.written[0]["agreement"]["contactWays"][0]["value"] == "112"


def renamed(text: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(f'"reference": "{old}"', f'"reference": "{new}"')
    return text


def test_every_contract_in_a_bundle_comes_out():
    """Each with its own parts, in order; an entry without a resource is no matter."""
    one, other = of({**agreement(goals=[{"goal": "Gå"}]), "title": "Ett"}), of({**LEAST, "title": "Två"})
    for resource in other:
        resource["id"] += "-other"
    sent = bundled([*one, *other])
    sent["entry"].append({"request": {"method": "DELETE", "url": "Goal/old"}})
    found = exchange.contracts_of_bundle(line(sent)).written

    assert [(each["title"], len(each["agreement"]["goals"])) for each in found] == [("Ett", 1), ("Två", 0)]


def test_a_part_that_a_contract_cannot_hold_is_left_out_and_told():
    """The rest of the contract comes all the same: a goal of six thousand letters, and the professionals' of one."""
    resources = of(full(confirmations=[]))
    own, professional = [one for one in resources if one["resourceType"] == "Goal"]
    professional["description"]["text"] = "x" * 6000
    done = exchange.contracts_of_bundle(line(bundled(resources)))

    assert [one["professionalGoals"] for one in done.written[0]["agreement"]["goals"]] == [[]]
    assert f"{address(professional)}: a contract cannot hold Goal; it stays in FHIR only" in done.lost

    own["description"]["text"] = "x" * 6000
    assert exchange.contracts_of_bundle(line(bundled(resources))).written[0]["agreement"]["goals"] == []


def test_what_is_missing_in_the_contract_itself_is_a_fault():
    """A SIP without its principals is none, though each of its resources is right."""
    without_team = [one for one in of(FULL) if one["resourceType"] != "CareTeam"]

    assert "sip.principals" in refused(bundled(without_team))


def test_what_is_no_bundle_with_a_contract_is_refused():
    """Another resource, none of ours inside, what R4 refuses, what is not JSON, and what is too much."""
    assert refused(of(LEAST)[0]) == ["resourceType"]
    assert refused(bundled([{"resourceType": "Goal", **of(agreement(goals=[{"goal": "Gå"}]))[1]}])) == ["Bundle.entry"]
    assert refused(bundled([{**of(LEAST)[0], "status": "x"}])) == ["Bundle.entry[0].resource.status"]
    with pytest.raises(Malformed):
        exchange.contracts_of_bundle(b"[]")
    with pytest.raises(TooLarge):
        exchange.contracts_of_bundle(b" " * (LIMIT + 1))


def test_what_our_profiles_refuse_is_refused_with_its_path():
    """A contract without what matters to the person: R4 allows it, and our profile does not."""
    resources = of(LEAST)
    del resources[0]["note"]

    assert refused(bundled(resources)) == ["Bundle.entry[0].resource.note"]


def two() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The resources of two contracts."""
    one, other = of({**agreement(goals=[{"goal": "Gå"}]), "title": "Ett"}), of({**LEAST, "title": "Två"})
    for resource in other:
        resource["id"] += "-other"
    return one, other


@pytest.mark.parametrize(
    ("place", "broken", "at"),
    [
        (0, {"title": "x" * 300}, "title"),
        (0, {"status": "x"}, "Bundle.entry[0].resource.status"),
        (1, {"lifecycleStatus": "x"}, "Bundle.entry[1].resource.lifecycleStatus"),
    ],
)
def test_a_contract_at_fault_does_not_cost_the_others(place, broken, at):
    """In itself, in its CarePlan or in a part of it: the valid contract is written, and nothing of the other is listed as lost."""
    one, other = two()
    one[place].update(broken)
    done = exchange.contracts_of_bundle(line(bundled([*one, *other])))

    assert [each["title"] for each in done.written] == ["Två"]
    assert at in [each.fault.expression for each in done.faults]
    assert not [said for said in done.lost if address(one[0]) in said]


def test_the_contract_that_a_fault_costs_is_named():
    """With the place of a part that is at fault."""
    one, other = two()
    one[1]["lifecycleStatus"] = "x"
    refused = exchange.contracts_of_bundle(line(bundled([*one, *other]))).faults

    assert (address(one[0]), exchange.BROKEN.code, "Bundle.entry[1].resource") in [
        (each.reference, each.fault.code, each.fault.expression) for each in refused
    ]


def test_a_resource_stands_in_a_bundle_once():
    """Which of two would be meant is not guessed."""
    sent = bundled([*of(LEAST), *of(LEAST)])
    assert refused(sent) == ["Bundle.entry[1].fullUrl"]

    sent["entry"][1]["fullUrl"] = "urn:uuid:00000000-0000-4000-8000-000000000000"

    assert refused(sent) == ["Bundle.entry[1].resource"]


@pytest.mark.parametrize(("kind", "said"), [("Observation", "Observation/o"), ("AnnaAndersson", "Resource/o")])
def test_a_resource_of_a_type_that_is_not_taken_is_listed(kind, said):
    """It costs nothing; a type that nobody knows is not repeated."""
    done = exchange.contracts_of_bundle(
        line(bundled([*of(LEAST), {"resourceType": kind, "id": "o", "status": "final"}]))
    )

    assert len(done.written) == 1
    assert [each.partition(": ")[0] for each in done.lost] == [said]


@pytest.mark.parametrize(
    ("id", "shown"),
    [
        ("19121212-TF12", "Patient"),
        ("195009072553", "Patient"),
        ("550e8400-e29b-41d4-a716-446655440000", "Patient/550e8400-e29b-41d4-a716-446655440000"),
    ],
)
def test_an_id_that_could_be_a_persons_is_not_repeated(id, shown):
    """What reads as a date of birth; a UUID is told."""
    done = exchange.contracts_of_bundle(line(bundled([*of(LEAST), {"resourceType": "Patient", "id": id}])))

    assert [each.partition(": ")[0] for each in done.lost] == [shown]
