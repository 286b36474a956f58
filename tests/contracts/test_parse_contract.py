"""Every fault names its element in two languages, and never what was sent."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contracts import parse_contract
from app.errors import MOST_FAULTS, Malformed, Unprocessable
from tests.builders.contracts import FULL, LEAST, agreement, contracts, full, many_examples, parsed

SECRET = "hemligt ord"
BOOKED = {"what": "Besök", "start": "2026-03-01T10:00:00Z", "end": "2026-03-01T11:00:00Z"}


def refused(contract: Any) -> list[Any]:
    with pytest.raises(Unprocessable) as caught:
        parse_contract.parse(json.dumps(contract).encode())
    return list(caught.value.faults)


def goal(**more: Any) -> dict[str, Any]:
    return agreement(goals=[{"goal": "Gå", **more}])


def doing(**more: Any) -> dict[str, Any]:
    return agreement(iDo=[{"what": "Går", **more}])


def time(**more: Any) -> dict[str, Any]:
    return {**LEAST, "times": [{name: value for name, value in {**BOOKED, **more}.items() if value is not None}]}


def way(**more: Any) -> dict[str, Any]:
    return agreement(contactWays=[more])


def context(**more: Any) -> dict[str, Any]:
    return {**LEAST, "aboutMe": more}


def answered(*answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**LEAST, "sevenQuestions": [{"answers": list(answers), **more}]}


def sip(**more: Any) -> dict[str, Any]:
    """The full contract with another SIP."""
    return full(sip={**FULL["sip"], **more})


def physicians(*periods: Any) -> dict[str, Any]:
    """A contract with a permanent physician contact for each period, and a care contact of all time."""
    kinds = [("care-contact", None), *(("physician", each) for each in periods)]
    return {**LEAST, "contacts": [{"kind": kind, "who": {"role": "x"}, "period": each} for kind, each in kinds]}


def handed(on: str, **period: str) -> dict[str, Any]:
    """A contract with a permanent contact who is handed over."""
    contact = {
        "kind": "physician",
        "who": {"role": "x"},
        "period": period,
        "handover": {"to": {"name": "Ek"}, "on": on},
    }
    return {**LEAST, "contacts": [contact]}


def without(name: str, contract: Any) -> dict[str, Any]:
    return {key: value for key, value in contract.items() if key != name}


def lss(on: str, **more: Any) -> dict[str, Any]:
    return {**LEAST, "type": "LSS", "review": {"on": on}, **more}


YES = {"question": 1, "answer": "yes"}
REGION, MUNICIPALITY = FULL["sip"]["principals"]
CONFIRMED = {"party": "region", "name": "Ek", "at": "2026-02-02T10:00:00+01:00"}
DOCUMENT = {"type": "RP", "title": "Plan", "contentType": "application/pdf", "link": "https://a.se/1"}

CASES = {
    "nothing": ({}, "patient", "required", "is required", "måste finnas"),
    "no word": (agreement(whatMatters=" \n "), "agreement.whatMatters", "value", "visible text", "synlig text"),
    "control": (agreement(whatMatters="a\x85b"), "agreement.whatMatters", "value", "control", "styrtecken"),
    "not text": (agreement(whatMatters=7), "agreement.whatMatters", "structure", "must be text", "måste vara text"),
    "too long": ({**LEAST, "title": "x" * 251}, "title", "too-long", "longer", "längre"),
    "unknown element": ({**LEAST, "note": SECRET}, "note", "structure", "not an element", "inget element"),
    "unknown name": ({**LEAST, "hemligt ord 1": 1}, "(unknown)", "structure", "not an element", "inget element"),
    "not a list": (agreement(goals={}), "agreement.goals", "structure", "must be a list", "måste vara en lista"),
    "too many": ({**LEAST, "team": [{"role": "x"}] * 201}, "team", "too-long", "more items", "fler poster"),
    "not an object": (agreement(goals=["gå"]), "agreement.goals[0]", "structure", "must be an object", "ett objekt"),
    "patient": ({**LEAST, "patient": "anna"}, "patient", "value", "right form", "rätt form"),
    "status": ({**LEAST, "status": SECRET}, "status", "code-invalid", "or 'unknown'", "eller 'unknown'"),
    "day": (goal(due="1/2 2026"), "agreement.goals[0].due", "value", "YYYY-MM-DD", "ÅÅÅÅ-MM-DD"),
    "no such day": (goal(due="2026-02-30"), "agreement.goals[0].due", "value", "calendar", "kalendern"),
    "day as number": (goal(due=20260201), "agreement.goals[0].due", "structure", "day as text", "dag som text"),
    "goal's end": (goal(start="2026-02-02", due="2026-02-01"), "agreement.goals[0].due", "invariant", "before start", "före start"),
    "measure": (goal(target="800 m"), "agreement.goals[0].measure", "invariant", "target", "målvärde"),
    "period": (doing(period={}), "agreement.iDo[0].period", "required", "start or an end", "start eller ett slut"),
    "period's end": (doing(period={"start": "2026-02-02", "end": "2026-02-01"}), "agreement.iDo[0].period.end", "invariant", "before start", "före start"),
    "often": (doing(howOften={"times": 1}), "agreement.iDo[0].howOften", "required", "together", "tillsammans"),
    "often nothing": (doing(howOften={}), "agreement.iDo[0].howOften", "required", "how often", "hur ofta"),
    "times 0": (doing(howOften={"times": 0}), "agreement.iDo[0].howOften.times", "value", "at least 1", "minst 1"),
    "times many": (doing(howOften={"times": 1001}), "agreement.iDo[0].howOften.times", "value", "at most 1000", "högst 1000"),
    "times text": (doing(howOften={"times": "1"}), "agreement.iDo[0].howOften.times", "structure", "whole number", "heltal"),
    "clock": (doing(howOften={"at": ["24:00"]}), "agreement.iDo[0].howOften.at[0]", "value", "right form", "rätt form"),
    "code": (doing(code={"system": "urn:oid:1.2", "code": " a"}), "agreement.iDo[0].code.code", "value", "right form", "rätt form"),
    "system": (doing(code={"system": "snomed", "code": "1"}), "agreement.iDo[0].code.system", "value", "absolute URI", "absolut URI"),
    "nobody": ({**LEAST, "team": [{}]}, "team[0]", "required", "a role, a name", "en roll, ett namn"),
    "no unit": ({**LEAST, "team": [{"unit": {}}]}, "team[0].unit", "required", "hsaId or a name", "hsaId eller ett namn"),
    "HSA-id": ({**LEAST, "team": [{"hsaId": "SE1"}]}, "team[0].hsaId", "value", "HSA-id", "HSA-id"),
    "phone": (way(channel="phone", value=SECRET), "agreement.contactWays[0].value", "value", "telephone", "telefonnummer"),
    "email": (way(channel="email", value=SECRET), "agreement.contactWays[0].value", "value", "e-mail", "e-postadress"),
    "web": (way(channel="video", value="http://a.se"), "agreement.contactWays[0].value", "value", "https", "https"),
    "number in web": (way(channel="video", value="https://a.se/195009072553"), "agreement.contactWays[0].value", "security", "personal number", "personnummer"),
    "number in link": (time(link="https://a.se/?p=19500907-2553"), "times[0].link", "security", "personal number", "personnummer"),
    "link": (time(link="ftp://a.se"), "times[0].link", "value", "https", "https"),
    "personal system": (time(identifier={"system": "urn:oid:1.2.752.129.2.1.3.1", "value": "1"}), "times[0].identifier.system", "security", "personal numbers", "personnummer"),
    "offset": (time(start="2026-03-01T10:00:00"), "times[0].start", "value", "offset", "tidszon"),
    "no such time": (time(start="2026-03-01T25:00:00Z"), "times[0].start", "value", "calendar", "kalendern"),
    "time as number": (time(start=1), "times[0].start", "structure", "time as text", "tidpunkt som text"),
    "flag": (time(rebookable="ja"), "times[0].rebookable", "structure", "true or false", "true eller false"),
    "no end": (time(end=None), "times[0]", "invariant", "both start and end", "både start och slut"),
    "time's end": (time(end="2026-03-01T09:00:00Z"), "times[0].end", "invariant", "before start", "före start"),
    "no start": (time(start=None, end=None), "times[0].start", "required", "start", "start"),
    "window": (time(status="invited", window={"start": "2026-03-01"}), "times[0].window", "invariant", "invitation", "kallelse"),
    "window alone": (time(status="cancelled", start=None, end=None, window={"start": "2026-03-01"}), "times[0].window", "invariant", "invitation", "kallelse"),
    "reason": (time(cancellationReason=SECRET), "times[0].cancellationReason", "invariant", "cancelled", "avbokad"),
    "id": (goal(id="a b"), "agreement.goals[0].id", "value", "right form", "rätt form"),
    "professional goal's measure": (goal(professionalGoals=[{"goal": "Gå", "target": "8", "by": {"name": "Ek"}}]), "agreement.goals[0].professionalGoals[0].measure", "invariant", "target", "målvärde"),
    "professional goal by nobody": (goal(professionalGoals=[{"goal": "Gå", "by": {}}]), "agreement.goals[0].professionalGoals[0].by", "required", "name or an hsaId", "ett namn eller ett hsaId"),
    "acceptance": (goal(acceptance=SECRET), "agreement.goals[0].acceptance", "code-invalid", "'disagree'", "'disagree'"),
    "kind of activity": (doing(kind=SECRET), "agreement.iDo[0].kind", "code-invalid", "'sampling'", "'sampling'"),
    "others who": (agreement(othersDo=[{"what": "Kör", "by": {"kind": "relative"}}]), "agreement.othersDo[0].by.name", "required", "is required", "måste finnas"),
    "link of a way": (way(channel="phone", value="112", link="http://a.se"), "agreement.contactWays[0].link", "value", "https", "https"),
    "about nothing": (context(), "aboutMe", "required", "a story, needs, wishes", "story, needs, wishes"),
    "language": (context(language="svenska"), "aboutMe.language", "value", "right form", "rätt form"),
    "no answers": (answered(), "sevenQuestions[0].answers", "required", "fewer items", "färre poster"),
    "an eighth": (answered({**YES, "question": 8}), "sevenQuestions[0].answers[0].question", "value", "at most 7", "högst 7"),
    "answered twice": (answered(YES, YES), "sevenQuestions[0].answers", "duplicate", "two answers", "två svar"),
    "answered in another order": (answered({**YES, "question": 2}, {**YES, "question": 1}), "sevenQuestions[0].answers", "value", "order of the questions", "frågornas ordning"),
    "answered by nobody": (answered(YES, by={}), "sevenQuestions[0].by", "required", "name or an hsaId", "ett namn eller ett hsaId"),
    "via no team": ({**LEAST, "contacts": [{"kind": "physician", "who": {"role": "Läkare"}, "viaTeam": True}]}, "contacts[0].viaTeam", "invariant", "needs a team", "kräver ett team"),
    "handover": ({**LEAST, "contacts": [{"kind": "physician", "who": {"role": "Läkare"}, "handover": {"to": {"name": "Ek"}}}]}, "contacts[0].handover.on", "required", "is required", "måste finnas"),
    "confirmed by no name": ({**LEAST, "confirmations": [{"party": "region", "at": "2026-02-02T10:00:00Z"}]}, "confirmations[0].name", "invariant", "all parties but the person", "alla parter utom personen"),
    "the person by name": ({**LEAST, "confirmations": [{"party": "person", "name": SECRET, "at": "2026-02-02T10:00:00Z"}]}, "confirmations[0].name", "invariant", "all parties but the person", "alla parter utom personen"),
    "document's kind": ({**LEAST, "documents": [{**DOCUMENT, "contentType": "pdf"}]}, "documents[0].contentType", "value", "right form", "rätt form"),
    "written by a name": ({**LEAST, "revision": {"by": {"giver": "SE2321000000-1A01", "name": SECRET}}}, "revision.by.practitioner", "required", "with a name", "med ett namn"),
    "replaces itself": ({**LEAST, "id": "a", "replaces": "a"}, "replaces", "invariant", "another contract", "ett annat kontrakt"),
    "SIP without": ({**LEAST, "type": "SIP"}, "sip", "invariant", "with the type SIP", "med typen SIP"),
    "SIP with no type": (without("type", FULL), "sip", "invariant", "with the type SIP", "med typen SIP"),
    "SIP without review": (without("review", FULL), "review", "required", "in a SIP", "i en SIP"),
    "who answers": (full(agreement={**FULL["agreement"], "careDoes": [{"what": "Ringer"}]}), "agreement.careDoes[0].principal", "required", "the principal that answers", "den huvudman som ansvarar"),
    "one principal": (sip(principals=[REGION]), "sip.principals", "required", "fewer items", "färre poster"),
    "three principals": (sip(principals=[REGION, MUNICIPALITY, REGION]), "sip.principals", "too-long", "more items", "fler poster"),
    "two regions": (sip(principals=[REGION, REGION]), "sip.principals", "invariant", "one region and one municipality", "en region och en kommun"),
    "summons": (sip(summons={"readyOn": "2026-01-10", "sentOn": "2026-01-09"}), "sip.summons.sentOn", "invariant", "before readyOn", "före readyOn"),
    "SIP declined": (sip(consent={"status": "declined", "on": "2026-01-20"}) | {"status": "active"}, "sip.consent.status", "invariant", "must be given", "måste vara lämnat"),
    "SIP withdrawn": (sip(consent={"status": "withdrawn", "on": "2026-01-20"}) | {"status": "on-hold"}, "sip.consent.status", "invariant", "must be given", "måste vara lämnat"),
    "two physicians": (physicians(None, {"start": "2026-02-02"}), "contacts[2].period", "invariant", "must not overlap", "får inte överlappa"),
    "two physicians on a day": (physicians({"start": "2026-02-02"}, {"end": "2026-02-02"}), "contacts[2].period", "invariant", "must not overlap", "får inte överlappa"),
    "handed over before": (handed("2026-02-01", start="2026-02-02"), "contacts[0].handover.on", "invariant", "before period.start", "före period.start"),
    "confirmed late first": ({**LEAST, "confirmations": [CONFIRMED, {"party": "person", "at": "2026-02-02T10:59:00+02:00"}]}, "confirmations", "value", "order of time", "tidsordning"),
    "confirmed by name first": ({**LEAST, "confirmations": [CONFIRMED, {"party": "person", "at": "2026-02-02T11:00:00+02:00"}]}, "confirmations", "value", "the person's first", "personens först"),
    "LSS without review": ({**LEAST, "type": "LSS"}, "review", "required", "in an individual plan", "i en individuell plan"),
    "LSS after a year": (lss("2027-02-03", period={"start": "2026-02-02"}), "review.on", "invariant", "at most a year", "högst ett år"),
    "LSS confirmed": (lss("2028-03-01", period={"start": "2026-02-02"}, confirmations=[{"party": "person", "at": "2027-02-28T10:00:00Z"}]), "review.on", "invariant", "last confirmation", "senaste bekräftelsen"),
    "contract's id": (agreement(goals=[]) | {"id": "a", "plans": [{"id": "a", "type": "VP", "title": "Plan"}]}, "plans[0].id", "duplicate", "two parts", "två delar"),
    "id twice": (agreement(iDo=[{"id": "a", "what": "Gå"}], ifWorse=[{"id": "a", "sign": "x", "action": "y"}]), "agreement.ifWorse[0].id", "duplicate", "two parts", "två delar"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_fault_names_its_element_in_both_languages(name):
    """The path, the issue type, and what is wrong in English and Swedish."""
    contract, path, code, english, swedish = CASES[name]
    fault = next(fault for fault in refused(contract) if fault.expression == path)

    assert fault.code == code
    assert fault.english.startswith(f"{path} ")
    assert english in fault.english
    assert swedish in fault.swedish
    assert SECRET not in fault.english + fault.swedish


def test_every_fault_of_form_is_named_at_once():
    """Three faults are three, not one at a time."""
    contract = {**goal(due="x"), "title": "", "plans": [{"type": "X", "title": "Plan"}]}

    assert [fault.expression for fault in refused(contract)] == ["title", "agreement.goals[0].due", "plans[0].type"]


def test_every_rule_that_is_broken_is_named_at_once():
    """Those of the contract as a whole, of the objects in it, and several of one object."""
    times = [{"what": "Besök", "window": {}, "cancellationReason": "x"}]
    contract = {**agreement(careDoes=[{"what": "Gå"}, {"what": "Stå"}]), "type": "SIP", "times": times}

    assert [fault.expression for fault in refused(contract)] == [
        "sip",
        "agreement.careDoes[0].principal",
        "agreement.careDoes[1].principal",
        "review",
        "times[0].start",
        "times[0].window",
        "times[0].cancellationReason",
        "times[0].window",
    ]


def test_a_contract_has_an_end():
    """Each list is within its own limit, and all of them are too much."""
    goal = {"goal": "Gå", "professionalGoals": [{"goal": "Gå", "by": {"name": "Karin"}}] * 50}

    assert parsed(agreement(goals=[goal] * 9)).id is None
    assert [fault.code for fault in refused(agreement(goals=[goal] * 10))] == ["too-long"]


def test_what_has_no_id_is_not_given_to_two_parts():
    """A contract without an id and a plan that somebody calls None are two things."""
    assert parsed({**LEAST, "plans": [{"id": "None", "type": "VP", "title": "Plan"}]}).plans[0].id == "None"


@pytest.mark.parametrize("status", ["draft", "revoked", "completed", "entered-in-error"])
@pytest.mark.parametrize("consent", ["declined", "withdrawn"])
def test_a_sip_that_is_not_followed_needs_no_consent(status, consent):
    """While it is a draft, and when it has ended."""
    made = parsed(sip(consent={"status": consent, "on": "2026-01-20"}) | {"status": status})

    assert made.sip is not None
    assert made.sip.consent.status == consent


def test_one_permanent_physician_comes_after_another():
    """The day after; other permanent contacts are as many as they are."""
    contract = physicians({"start": "2026-02-03"}, {"end": "2026-02-02"})

    assert len(parsed({**contract, "contacts": [*contract["contacts"], contract["contacts"][0]]}).contacts) == 4


@pytest.mark.parametrize("contract", [handed("2026-02-02", start="2026-02-02"), handed("2026-02-01", end="2026-03-02")])
def test_a_permanent_contact_is_handed_over_from_the_first_day_on(contract):
    """Or whenever, where it is not known when they began."""
    assert parsed(contract).contacts[0].handover is not None


def test_confirmations_stand_in_order():
    """By the moment, not the text of it; of one moment the person's first, then by name."""
    other = {"party": "relative", "name": "Eva", "at": "2026-02-02T10:00:00+01:00"}
    person = {"party": "person", "at": "2026-02-02T10:00:00+01:00"}
    earlier = {**CONFIRMED, "at": "2026-02-02T10:30:00+02:00"}

    assert len(parsed({**LEAST, "confirmations": [earlier, person, CONFIRMED, other]}).confirmations) == 4


def test_a_body_that_is_wrong_everywhere_has_a_hundred_faults():
    """Nobody reads more, and an answer has an end."""
    assert len(refused(agreement(goals=[{}] * 200))) == MOST_FAULTS


def test_what_is_not_json_is_malformed():
    """The strict front refuses it before the contract is looked at."""
    with pytest.raises(Malformed):
        parse_contract.parse(b'{"title": "a", "title": "b"}')


def test_null_is_as_good_as_absent():
    """A portal that sends null for what it has nothing to say of is understood."""
    contract = parse_contract.parse(json.dumps({**time(), "period": None}).encode())

    assert contract.period is None


@many_examples
@given(contracts, st.data())
def test_a_contract_broken_anywhere_is_refused_without_its_value(contract, data):
    """Another kind of value at any place gives known faults, and no text that was sent."""
    contract = contract.to_json()
    spots = list(places(contract))
    holder, key = spots[data.draw(st.integers(0, len(spots) - 1))]
    holder[key] = data.draw(st.sampled_from([SECRET, 7, 1.5, True, [SECRET], {SECRET: SECRET}, {"hemlig": SECRET}]))
    try:
        parse_contract.parse(json.dumps(contract).encode())
    except Unprocessable as error:
        for fault in error.faults:
            assert SECRET not in f"{fault.english} {fault.swedish} {fault.expression}"
            assert parse_contract.OTHERWISE[1] not in fault.english


@pytest.mark.parametrize(
    "contract",
    [
        lss("2027-02-02", period={"start": "2026-02-02"}),
        lss(
            "2028-02-28",
            period={"start": "2026-02-02"},
            confirmations=[{"party": "person", "at": "2027-02-28T10:00:00Z"}],
        ),
        lss("2029-01-01", period={"end": "2030-02-02"}),
        lss("2029-01-01"),
    ],
)
def test_an_individual_plan_is_reviewed_within_a_year(contract):
    """From its start, or from when it was last confirmed; where neither is known, whenever it is said."""
    assert parse_contract.parse(json.dumps(contract).encode()).review is not None


def places(node: Any) -> Any:
    for key, child in list(node.items()) if isinstance(node, dict) else list(enumerate(node)):
        yield node, key
        if isinstance(child, dict | list):
            yield from places(child)


def test_the_full_contract_is_right():
    """The tests' own example has no fault."""
    assert parse_contract.parse(json.dumps(FULL).encode()).title == FULL["title"]


def test_the_root_has_a_name():
    """A body that is no object at all is the strict front's; an error of the whole contract is named so."""
    assert parse_contract._path((), "") == parse_contract.ROOT
