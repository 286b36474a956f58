"""Bundles are joined from text and taken apart into entries."""

import json

import pytest

from app.access.classification import classify
from app.errors import TooLarge, Unprocessable
from app.fhir.bundles import (
    MOST_ENTRIES,
    EntryResponse,
    SearchsetEntry,
    entries_of_transaction,
    searchset,
    transaction_response,
)
from app.fhir.check.check import check
from app.fhir.strict_json import parse

PLAN = {
    "resourceType": "CarePlan",
    "id": "a",
    "status": "active",
    "intent": "plan",
    "subject": {"reference": "Patient/p"},
}
BASE = "https://samplan.example/fhir"


def transaction(*entries):
    """A transaction Bundle."""
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def entry(method, url, resource=PLAN, **more):
    """An entry of it."""
    return {"request": {"method": method, "url": url} | more} | ({"resource": resource} if resource else {})


def test_an_empty_searchset_has_no_entries():
    """An empty list is no FHIR."""
    bundle = parse(searchset([], self_url=f"{BASE}/CarePlan", total=0))
    assert check(bundle) == []
    assert bundle == {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 0,
        "link": [{"relation": "self", "url": f"{BASE}/CarePlan"}],
    }


def test_an_entry_names_the_giver_of_its_resource():
    """Beside the resource, whose text stays as it is."""
    written = searchset([SearchsetEntry(f"{BASE}/CarePlan/a", json.dumps(PLAN), "match", "SE1-G")], self_url=BASE)
    bundle = parse(written)
    (hierarchy,) = bundle["entry"][0]["search"]["extension"]

    assert check(bundle) == []
    assert classify({**PLAN, "extension": [hierarchy]}).giver == "SE1-G"
    assert bundle["entry"][0]["search"]["mode"] == "match"


def test_a_searchset_is_joined_from_the_stored_bytes():
    """Not a character of them changes."""
    body = json.dumps(PLAN | {"title": "1.00 å"}, ensure_ascii=False, indent=3)
    outcome = '{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"incomplete"}]}'
    entries = [(f"{BASE}/CarePlan/a", body, "match"), (None, outcome, "outcome"), (None, outcome, "outcome")]
    self_url = f'{BASE}/CarePlan?a="b"'
    written = searchset(entries, self_url=self_url, links=[("next", f"{BASE}/?page=2")])
    bundle = parse(written)
    assert check(bundle) == []
    assert body.encode() in written
    assert "total" not in bundle
    assert [link["relation"] for link in bundle["link"]] == ["self", "next"]
    assert bundle["entry"][0]["search"] == {"mode": "match"}
    assert bundle["entry"][1]["fullUrl"].startswith("urn:uuid:")
    assert written == searchset(entries, self_url=self_url, links=[("next", f"{BASE}/?page=2")])


@pytest.mark.parametrize(
    "wrong, expression",
    [
        ({"resource": PLAN}, "Bundle.entry[0].request"),
        (entry("POST", "https://other.example/CarePlan"), "Bundle.entry[0].request.url"),
        (entry("POST", "care plan"), "Bundle.entry[0].request.url"),
        (entry("POST", "CarePlan/a"), "Bundle.entry[0].request.url"),
        (entry("POST", "CarePlan", None), "Bundle.entry[0].resource"),
        (entry("PUT", "CarePlan/a", None), "Bundle.entry[0].resource"),
        (entry("POST", "Goal"), "Bundle.entry[0].request.url"),
        (entry("PUT", "CarePlan/b"), "Bundle.entry[0].resource.id"),
    ],
)
def test_an_entry_whose_parts_disagree_is_refused(wrong, expression):
    """All such faults are told at once, each at its element."""
    with pytest.raises(Unprocessable) as refused:
        entries_of_transaction(transaction(wrong, {"resource": PLAN}))
    assert [fault.expression for fault in refused.value.faults] == [expression, "Bundle.entry[1].request"]


def test_the_same_resource_is_not_written_twice():
    """Reading it beside is no harm."""
    bundle = transaction(
        entry("PUT", "CarePlan/a"), entry("GET", "CarePlan/a", None), entry("DELETE", "CarePlan/a", None)
    )
    with pytest.raises(Unprocessable) as refused:
        entries_of_transaction(bundle)
    assert [fault.expression for fault in refused.value.faults] == ["Bundle.entry[2].request.url"]


def test_only_a_transaction_is_taken_apart():
    """A batch is another thing; a transaction without entries is none."""
    with pytest.raises(Unprocessable):
        entries_of_transaction({"resourceType": "Bundle", "type": "batch"})
    assert entries_of_transaction({"resourceType": "Bundle", "type": "transaction"}) == []


def test_a_transaction_has_at_most_a_thousand_entries():
    """One more is too large, whatever the entries are."""
    entries = [entry("POST", "CarePlan")] * MOST_ENTRIES

    assert len(entries_of_transaction(transaction(*entries))) == MOST_ENTRIES
    with pytest.raises(TooLarge) as refused:
        entries_of_transaction(transaction(*entries, {}))

    assert [fault.expression for fault in refused.value.faults] == ["Bundle.entry"]


def test_an_entry_tells_what_is_asked():
    """Type, id, query and conditions."""
    first, second, third = entries_of_transaction(
        transaction(
            entry("POST", "CarePlan", ifNoneExist="identifier=a|b") | {"fullUrl": "urn:uuid:x"},
            entry("PUT", "CarePlan?identifier=a|b"),
            entry("PUT", "/CarePlan/a", ifMatch='W/"3"'),
        )
    )
    assert (first.full_url, first.method, first.type, first.id) == ("urn:uuid:x", "POST", "CarePlan", None)
    assert (first.if_none_exist, first.query, first.resource) == ("identifier=a|b", None, PLAN)
    assert (second.id, second.query) == (None, "identifier=a|b")
    assert (third.id, third.if_match, third.path) == ("a", 'W/"3"', "Bundle.entry[2]")


def test_a_response_is_valid_and_in_order():
    """With bodies and outcomes where there are any."""
    body = json.dumps(PLAN)
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "informational"}]}
    answers = [
        EntryResponse("201 Created", "CarePlan/a/_history/1", 'W/"1"', "2026-05-17T10:00:00Z", body=body),
        EntryResponse("200 OK", outcome=outcome),
    ]
    bundle = parse(transaction_response(answers))
    assert check(bundle) == []
    assert [each["response"]["status"] for each in bundle["entry"]] == ["201 Created", "200 OK"]
    assert bundle["entry"][0]["resource"] == PLAN
    assert "entry" not in parse(transaction_response([]))
