"""The overview shows the current agreement and every other contract, each with its own parts."""

import json
from datetime import timedelta

import pytest

from app.demo.data import contracts
from app.fhir.codes import AGREEMENT_PART, IF_WORSE
from tests.builders.items import REGION, own_item
from tests.builders.overviews import NOW, PATIENT, TODAY, contract_resources, overview, small_contract


def without_origins(node):
    """The same part without its origins."""
    if isinstance(node, dict):
        return {name: without_origins(child) for name, child in node.items() if name != "origins"}
    return [without_origins(child) for child in node] if isinstance(node, list) else node


# ---- Which one is the agreement of now ----


def period(start):
    """A period from a day."""
    return {"period": {"start": start}}


@pytest.mark.parametrize(
    "contracts,now",
    [
        ([], None),
        ([{"title": "A"}], "A"),
        ([{"title": "A", **period("2026-01-01")}, {"title": "B", **period("2026-03-01")}], "B"),
        ([{"title": "A", "status": "active"}, {"title": "B", "status": "on-hold", **period("2026-03-01")}], "A"),
        ([{"title": "A", "status": "draft"}, {"title": "B", "status": "on-hold"}], "B"),
        ([{"title": "A", "status": "completed"}], None),
        ([{"title": "A", "status": "revoked"}, {"title": "B", "status": "unknown"}], "B"),
        ([{"title": "A", "status": "entered-in-error"}], None),
    ],
)
def test_the_agreement_of_one_giver_is_its_newest_active_contract(contracts, now):
    """Every other contract is under the plans with its parts; one entered in error is left out."""
    shown = {item["title"] for item in contracts if item.get("status") != "entered-in-error"}
    result = overview(*(item for contract in contracts for item in contract_resources(small_contract(**contract))))
    others = {plan["title"]: plan["agreement"]["title"] for plan in result["plans"] if "agreement" in plan}

    assert (result["agreement"] or {"title": None})["title"] == now
    assert others == {title: title for title in shown - {now}}
    assert {plan["title"] for plan in result["plans"]} == shown


def test_two_contracts_are_not_mixed():
    """Each shows its own parts; a part that no contract refers to is in the current agreement."""
    agreement = {"whatMatters": "X", "goals": [{"goal": "Ny"}], "iDo": [{"what": "Nytt"}]}
    older = {"whatMatters": "Y", "goals": [{"goal": "Gammal"}], "iDo": [{"what": "Gammalt"}]}
    loose = {"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"text": "Fritt"},
             "subject": {"reference": PATIENT}}  # fmt: skip
    result = overview(
        loose,
        *contract_resources(small_contract(title="Gammalt", agreement=older, **period("2025-01-01"))),
        *contract_resources(small_contract(title="Nytt", agreement=agreement, **period("2026-01-01"))),
    )
    other = next(plan["agreement"] for plan in result["plans"] if plan["title"] == "Gammalt")

    assert [goal["title"] for goal in result["agreement"]["goals"]] == ["Ny", "Fritt"]
    assert [item["title"] for item in result["agreement"]["iDo"]] == ["Nytt"]
    assert [goal["title"] for goal in other["goals"]] == ["Gammal"]
    assert [item["title"] for item in other["iDo"]] == ["Gammalt"]
    assert (result["agreement"]["whatMatters"], other["whatMatters"]) == ("X", "Y")
    assert not any("agreement" in plan for plan in result["plans"] if plan["title"] == "Nytt")


def confirmed(*parties):
    """The confirmations of a contract by these parties."""
    return {
        "confirmations": [
            {"party": party, "at": f"2026-01-0{day}T10:00:00+01:00", **({} if party == "person" else {"name": "Kim"})}
            for day, party in enumerate(parties, 1)
        ]
    }


def of(giver, title, **more):
    """The items of a contract that a giver wrote."""
    return [own_item(resource, giver) for resource in contract_resources(small_contract(title=title, **more))]


BOTH = confirmed("person", "region")


@pytest.mark.parametrize(
    "contracts,relations,now",
    [
        ([("SE1", "A", BOTH), ("SE2", "B", period("2026-09-01"))], ["SE1", "SE2"], "A"),
        ([("SE1", "A", BOTH), ("SE2", "B", {**confirmed("person"), **period("2026-09-01")})], ["SE1", "SE2"], "A"),
        ([("SE1", "A", BOTH), ("SE2", "B", confirmed("region", "municipality"))], ["SE1", "SE2"], "A"),
        ([("SE1", "A", {}), ("SE2", "B", confirmed("municipality"))], ["SE1", "SE2"], "B"),
        ([("SE1", "A", BOTH), ("SE1", "B", period("2026-09-01"))], ["SE1"], "A"),
        ([("SE1", "A", confirmed("relative", "region")), ("SE2", "B", confirmed("person"))], ["SE1", "SE2"], "A"),
        ([("SE1", "A", {**BOTH, "status": "on-hold"}), ("SE2", "B", {})], ["SE1", "SE2"], "B"),
        ([("SE1", "A", {}), ("SE2", "B", {**BOTH, **period("2026-09-01")})], ["SE1"], "A"),
        ([("SE2", "B", BOTH)], ["SE1"], None),
        ([("SE2", "B", BOTH)], [], None),
        ([("SE1", "A", period("2026-01-01")), ("SE2", "B", period("2026-09-01"))], {"SE1": 60, "SE2": 1}, "A"),
        ([("SE1", "A", period("2026-01-01")), ("SE2", "B", period("2026-09-01"))], {"SE1": 1, "SE2": 60}, "B"),
        ([("SE1", "A", BOTH), ("SE2", "B", {**BOTH, **period("2026-09-01")})], {"SE1": 60, "SE2": 1}, "A"),
    ],
)
def test_the_agreement_is_chosen_by_confirmation_and_relation(contracts, relations, now):
    """Active, then confirmed by both sides, then by one, then of the longest care relation; never by a newer start."""
    known = (
        {giver: NOW - timedelta(days=days) for giver, days in relations.items()}
        if isinstance(relations, dict)
        else relations
    )
    items = [item for giver, title, more in contracts for item in of(giver, title, **more)]
    result = overview(*items, relations=known)
    others = {(plan["giver"], plan["agreement"]["title"]) for plan in result["plans"] if "agreement" in plan}

    assert (result["agreement"] or {"title": None})["title"] == now
    assert others == {(giver, title) for giver, title, _ in contracts if title != now}


def test_a_care_relation_that_is_dated_back_takes_no_agreement_over():
    """What was confirmed here first stays; the times that a sender chooses do not count."""
    earlier = [item._replace(updated=NOW - timedelta(days=30)) for item in of("SE2", "A", **BOTH)]
    later = of("SE1", "B", **BOTH, **period("2026-09-01"))
    relations = {"SE1": NOW - timedelta(days=9000), "SE2": NOW - timedelta(days=60)}
    elsewhere = [item._replace(source="x") for item in later]
    renewed = of("SE2", "C", **BOTH, **period("2026-11-20"))

    assert overview(*later, *earlier, relations=relations)["agreement"]["title"] == "A"
    assert overview(*elsewhere, *earlier, relations=relations)["agreement"]["title"] == "B"
    assert overview(*later, *earlier, *renewed, relations=relations)["agreement"]["title"] == "C"


def test_a_confirmation_by_another_giver_does_not_choose_the_agreement():
    """Nor does a confirmation of another giver's contract count for one's own."""
    first, second = of("SE1", "A"), of("SE2", "B", **BOTH)
    forged = [item._replace(giver="SE1") if item.type == "Provenance" else item for item in second]
    result = overview(*first, *forged, relations={"SE1": NOW, "SE2": NOW + timedelta(days=1)})

    assert result["agreement"]["title"] == "A"


def test_parts_of_other_givers_never_mix_into_the_agreement():
    """Not if they are loose, nor if the contract refers to them: they are shown with their giver."""
    agreement = {"whatMatters": "X", "goals": [{"goal": "Eget"}]}
    items = of("SE1", "A", agreement=agreement)
    worse = {"resourceType": "ServiceRequest", "id": "w", "status": "active", "intent": "plan",
             "category": [{"coding": [{"system": AGREEMENT_PART, "code": IF_WORSE}]}], "code": {"text": "Ring oss"},
             "subject": {"reference": PATIENT}}  # fmt: skip
    goal = {"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"text": "Främmande"},
            "subject": {"reference": PATIENT}}  # fmt: skip
    plan = json.loads(items[0].body)
    plan["goal"].append({"reference": "Goal/g"})
    plan = own_item(plan, "SE1")
    foreign = [own_item(goal, "SE2"), own_item(worse, "SE2")]
    result = overview(plan, *items[1:], *foreign, relations=["SE1", "SE2"])
    (apart,) = result["otherParts"]

    assert [goal["title"] for goal in result["agreement"]["goals"]] == ["Eget"]
    assert result["agreement"]["ifWorse"] == []
    assert (apart["giver"], [part["title"] for part in (*apart["goals"], *apart["ifWorse"])]) == (
        "SE2",
        ["Främmande", "Ring oss"],
    )


def test_the_persons_own_parts_are_in_the_agreement():
    """What the person wrote has no giver; what a source sends without a giver stays apart."""
    goal = {"resourceType": "Goal", "lifecycleStatus": "active", "subject": {"reference": PATIENT}}
    own = own_item({**goal, "id": "g", "description": {"text": "Mitt"}}, None)
    unknown = own_item({**goal, "id": "h", "description": {"text": "Okänt"}}, None)._replace(source="x")
    result = overview(*of(REGION, "A"), own, unknown)

    assert [part["title"] for part in result["agreement"]["goals"]] == ["Mitt"]
    assert [(part["giver"], part["goals"][0]["title"]) for part in result["otherParts"]] == [(None, "Okänt")]


def test_a_foreign_contract_claims_no_part():
    """A part stays with its giver's agreement though another giver's contract refers to it."""
    loose = {"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"text": "Fritt"},
             "subject": {"reference": PATIENT}}  # fmt: skip
    hostile = next(
        resource for resource in contract_resources(small_contract(title="B")) if resource["resourceType"] == "CarePlan"
    )
    claiming = own_item({**hostile, "goal": [{"reference": "Goal/g"}]}, "SE2")
    result = overview(*of("SE1", "A"), own_item(loose, "SE1"), claiming, relations=["SE1", "SE2"])

    assert [part["title"] for part in result["agreement"]["goals"]] == ["Fritt"]
    assert [plan["agreement"]["goals"] for plan in result["plans"] if "agreement" in plan] == [[]]


def test_parts_of_a_hidden_contract_are_shown():
    """As home care sees them, who may not see the contract."""
    agreement = {"whatMatters": "X", "careDoes": [{"what": "Dusch"}], "othersDo": [
        {"what": "Följa med", "by": {"kind": "relative", "name": "Birgit", "role": "Granne"}}]}  # fmt: skip
    result = overview(
        *(
            item
            for item in contract_resources(small_contract(agreement=agreement))
            if item["resourceType"] == "ServiceRequest"
        )
    )

    (apart,) = result["otherParts"]

    assert (result["agreement"], apart["giver"], apart["reference"]) == (None, REGION, None)
    assert [item["title"] for item in apart["careDoes"]] == ["Dusch"]
    assert [(item["who"], item["role"]) for item in apart["othersDo"]] == [(["Birgit"], "Granne")]


# ---- What an agreement shows ----


@pytest.fixture
def gunnar():
    """The overview of a full contract."""
    return overview(*contract_resources(contracts.contract(TODAY, PATIENT)))


def test_the_persons_own_story_is_shown(gunnar):
    """The story, the language and the support, and the seven questions with the texts of the answers."""
    about_me = gunnar["agreement"]["aboutMe"]
    asked = gunnar["agreement"]["sevenQuestions"][0]

    assert about_me["story"].startswith("Jag var trädgårdsmästare")
    assert (about_me["language"], about_me["type"]) == ("sv", "QuestionnaireResponse")
    assert about_me["support"].startswith("Jag hör dåligt")
    assert asked["answers"][0]["answerText"] == {"sv": "Delvis", "en": "Partly"}
    assert asked["answers"][0]["comment"]
    assert "by" not in asked


def test_a_goal_has_the_goals_of_professionals(gunnar):
    """With acceptance and achievement in both languages."""
    first = gunnar["agreement"]["goals"][0]

    assert len(gunnar["agreement"]["goals"]) == 2
    assert first["acceptanceText"]["en"].startswith("The person agrees")
    assert first["achievementText"] == {"sv": "Går framåt", "en": "Improving"}
    assert [(goal["title"], goal["by"]) for goal in first["professionalGoals"]] == [
        ("Förbättrad kondition", "Jonas Wik")
    ]


def test_a_professional_goal_is_shown_alone_if_its_goal_is_hidden():
    """If the reader may not see the person's goal."""
    whole = contract_resources(contracts.contract(TODAY, PATIENT))
    parent = next(item for item in whole if item["resourceType"] == "Goal")
    result = overview(*(item for item in whole if item is not parent))

    assert "Förbättrad kondition" in {goal["title"] for goal in result["agreement"]["goals"]}


def test_relatives_copies_review_and_confirmations_are_shown(gunnar):
    """With names, days and texts."""
    agreement = gunnar["agreement"]
    child = overview(*contract_resources(contracts.child_contract(TODAY, PATIENT)))["agreement"]

    assert [(item["name"], item["relationText"]["sv"], item["takesPart"]) for item in agreement["relatives"]] == [
        ("Maria Ljungberg", "Make, maka eller sambo", True)
    ]
    assert agreement["relatives"][0]["contactWays"] == [
        {"channel": "phone", "channelText": {"sv": "Telefon", "en": "Telephone"}, "value": "0000-400 10"}
    ]
    assert (agreement["review"]["start"], agreement["review"]["statusText"]["sv"]) == ("2027-04-24", "Planerad")
    assert [item["party"] for item in agreement["confirmations"]] == ["person", "region"]
    assert agreement["confirmations"][1]["name"] == "Amina Farah"
    assert without_origins(child["copies"]) == [
        {
            "role": "Förskola",
            "unit": "Förskolan Tallkotten",
            "how": "printed",
            "on": "2026-11-07",
            "howText": {"sv": "Har fått en utskriven kopia", "en": "Has been given a printed copy"},
        }
    ]
    assert [item["relation"] for item in child["relatives"]] == ["guardian", "guardian"]


def test_a_relative_of_any_system_has_a_name():
    """In parts or missing; the relation is shown if it is known."""
    both = [
        {"resourceType": "RelatedPerson", "id": id, "patient": {"reference": PATIENT}, **more}
        for id, more in (("a", {"name": [{"family": "Sten", "given": ["Birgit"]}]}), ("b", {}))
    ]
    first, second = overview(*both)["otherParts"][0]["relatives"]

    assert (first["name"], first["takesPart"]) == ("Birgit Sten", False)
    assert not second.keys() & {"name", "relation", "relationText", "contactWays"}


def test_another_givers_confirmation_does_not_count():
    """Only the contract's own giver can confirm it."""
    whole = contract_resources(contracts.contract(TODAY, PATIENT))
    items = [own_item(item, giver="SE2" if item["resourceType"] == "Provenance" else "SE1") for item in whole]

    assert overview(*items, relations=["SE1"])["agreement"]["confirmations"] == []


def test_a_sip_is_a_plan_with_what_makes_it_one():
    """Both principals, the overall responsibility, the consent and the summons; it is never the current agreement."""
    result = overview(*contract_resources(contracts.sip(TODAY, PATIENT)))
    (plan,) = result["plans"]
    agreement = plan["agreement"]
    sip = without_origins(agreement["sip"])

    assert result["agreement"] is None
    assert plan["planType"] == "SIP"
    assert [(item["principal"], item["unit"], item["overall"]) for item in sip["principals"]] == [
        ("region", "Björkbackens vårdcentral", False),
        ("municipality", "Biståndsenheten", True),
    ]
    assert sip["overallText"]["sv"] == "Kommunen har det övergripande ansvaret"
    assert (sip["consent"]["status"], sip["consent"]["statusText"]["sv"]) == ("given", "Samtycker till planen")
    assert {name: sip["summons"][name] for name in ("readyOn", "due", "sentOn", "status")} == {
        "readyOn": "2026-11-09",
        "due": "2026-11-12",
        "sentOn": "2026-11-11",
        "status": "completed",
    }
    assert [item["principal"] for item in agreement["careDoes"]] == ["region", "municipality"]
    assert [item["title"] for item in agreement["othersDo"]] == ["Grannen Birgit följer med till affären"]
    assert plan["progress"] == {"completed": 0, "total": 5}


def test_contacts_have_substitutes_a_successor_and_the_teams_ways():
    """Substitutes, principals, relatives and receivers of copies are no contacts themselves."""
    sent = contracts.contract(TODAY, PATIENT)
    sent["contacts"][0]["handover"] = {
        "to": {"name": "Lena Bergström", "unit": {"name": "Hemsjukvården"}},
        "on": "2027-01-01",
    }
    result = overview(*contract_resources(sent))["contacts"]
    first = result[-2]

    assert {item["name"] for item in result} == {
        "Lena Bergström",
        "Ulrika Holm",
        "Oskar Lindh",
        "Jonas Wik",
        "Amina Farah",
    }
    assert first["role"]["sv"] == "Fast vårdkontakt med övergripande samordningsansvar"
    assert [item["name"] for item in first["substitutes"]] == ["Lena Bergström"]
    assert first["handover"] == {"name": "Lena Bergström", "unit": "Hemsjukvården", "start": "2027-01-01"}
    assert [way["title"] for way in first["contactWays"]] == [
        "Hjärtmottagningen, Mälarviks sjukhus",
        "Hjärtmottagningen, Mälarviks sjukhus",
        "Björkbackens vårdcentral",
    ]
    assert first["start"] == "2026-10-26"


def test_a_time_has_its_former_start_and_whom_the_person_meets(gunnar):
    """With name, role and unit."""
    first = gunnar["times"][0]

    assert first["rescheduledFrom"] == contracts.contract(TODAY, PATIENT)["times"][0]["rescheduledFrom"]
    assert first["meets"] == [
        {"role": "Sjuksköterska", "name": "Jonas Wik", "unit": "Hjärtmottagningen, Mälarviks sjukhus"}
    ]
    assert first["who"] == ["Jonas Wik"]


def test_a_document_is_a_plan_with_a_link(gunnar):
    """With its type and its author."""
    (document,) = [plan for plan in gunnar["plans"] if plan.get("document")]

    assert document["planTypeText"]["sv"] == "Rehabiliteringsplan"
    assert document["statusText"] == {"sv": "Gäller", "en": "Current"}
    assert (document["contentType"], document["link"]) == (
        "application/pdf",
        "https://rehab.example.se/planer/rp-31.pdf",
    )
    assert document["who"] == ["Rehab Björkbacken"]


def test_a_self_care_plan_has_a_text_for_its_type():
    """Its code is in a code system of ours."""
    (plan,) = [
        item
        for item in overview(*contract_resources(small_contract(plans=[{"type": "EGV", "title": "Egenvård"}])))["plans"]
        if item["pointer"]
    ]

    assert (plan["planType"], plan["planTypeText"]["sv"]) == ("EGV", "Egenvårdsplan")


# ---- Next step ----


def test_a_follow_up_is_the_next_step_until_its_day():
    """If nothing else comes before it, and if it is not done."""
    review = {"on": "2027-01-10", "note": "Hemma"}

    assert overview(*contract_resources(small_contract(review=review)))["nextStep"]["start"] == "2027-01-10"
    assert overview(*contract_resources(small_contract(review={**review, "status": "done"})))["nextStep"] is None
    assert overview(*contract_resources(small_contract(review={**review, "on": "2026-01-10"})))["nextStep"] is None


def test_an_activity_without_a_start_is_no_next_step():
    """It only has an end."""
    agreement = {"whatMatters": "X", "iDo": [{"what": "Öva", "period": {"end": "2027-01-01"}}]}
    result = overview(*contract_resources(small_contract(agreement=agreement)))

    assert result["nextStep"] is None
    assert [line["title"] for line in result["timeline"]] == ["Öva"]
