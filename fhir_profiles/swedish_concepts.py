"""The Swedish concepts of a contract, each with its place: a field of the contract, or a test that proves it.

Tests compare the table with the model, with the tests and, if it is available, with the source of the concepts.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class SwedishConcept(NamedTuple):
    """The names of a concept in its source, its places, and what is not built yet.

    A place is a field as in `contract_mapping.MAPPED`, or a test as `path::name`.
    """

    names: tuple[str, ...]
    places: tuple[str, ...]
    missing: str = ""


_PERSON: Final = ("aboutMe.story", "aboutMe.support", "aboutMe.language", "aboutMe.interpreter")
_ANSWERS: Final = ("sevenQuestions[].answers[].question", "sevenQuestions[].answers[].answer")
_COMPUTED: Final = "tests/overview/portal/test_seven_questions.py::test_the_overview_answers_the_last_four_questions"
_OVERVIEW: Final = "tests/api/test_overview.py::test_the_person_sees_everything"
_TIMELINE: Final = "tests/overview/portal/test_as_json.py::test_the_timeline_is_in_order_with_the_undated_last"
_NEXT: Final = "tests/overview/portal/test_as_json.py::test_the_next_step_is_the_first_thing_from_now_on"
_AS_IT_WAS: Final = "tests/api/test_revisions.py::test_each_revision_can_be_read_as_it_was"
_CONSENT: Final = "tests/contracts/test_parse_contract.py::test_a_sip_that_is_not_followed_needs_no_consent"
_SUMMONS: Final = "tests/overview/portal/test_agreements.py::test_a_sip_is_a_plan_with_what_makes_it_one"
_REVIEW: Final = "tests/contracts/test_parse_contract.py::test_an_individual_plan_is_reviewed_within_a_year"
_ROLES: Final = "tests/api/test_overview.py::test_staff_see_a_part_of_what_the_person_sees"

CONCEPTS: Final[Mapping[str, SwedishConcept]] = {
    "patientkontrakt": SwedishConcept(("Patientkontrakt",), ("type", "title", "status", "period.start", "period.end")),
    "inte juridiskt bindande": SwedishConcept(
        ("not legally binding",),
        ("confirmations[].party", "confirmations[].at"),
        "A confirmation is not a signature. No field says that a contract is not legally binding: portals say so.",
    ),
    "vad är viktigt för dig?": SwedishConcept(("Vad är viktigt för dig?",), ("agreement.whatMatters",)),
    "anpassas och ändras över tid": SwedishConcept(
        ("adapted to person and situation and changing over time",),
        ("revision.action", "revision.reason", "revision.recorded", "revision.by.name", "replaces"),
    ),
    "överenskommelse": SwedishConcept(("Överenskommelse",), ("agreement.whatMatters", "agreement.goals[].goal")),
    "vad som ska hända i kontakten med vården": SwedishConcept(
        ("what shall happen in contact with care",), ("agreement.careDoes[].what", "times[].what")
    ),
    "när": SwedishConcept(
        ("when",), ("agreement.careDoes[].howOften.times", "agreement.iDo[].period.start", "times[].start")
    ),
    "vart man vänder sig": SwedishConcept(
        ("whom to turn to",), ("agreement.contactWays[].value", "agreement.ifWorse[].contact.value")
    ),
    "det jag gör": SwedishConcept(("what the patient does",), ("agreement.iDo[].what", "agreement.iDo[].kind")),
    "det vården gör": SwedishConcept(
        ("what care does",), ("agreement.careDoes[].what", "agreement.careDoes[].by.role")
    ),
    "det jag gör för att må bra": SwedishConcept(("what you do to feel well",), ("agreement.iDo[].what",)),
    "det jag gör om jag blir sämre": SwedishConcept(
        ("what you do if ill",), ("agreement.ifWorse[].sign", "agreement.ifWorse[].action")
    ),
    "personens egna förutsättningar": SwedishConcept(("patient's own circumstances",), _PERSON),
    "fast vårdkontakt": SwedishConcept(("Fast vårdkontakt",), ("contacts[].kind", "contacts[].who.name")),
    "samordningsansvar": SwedishConcept(("med samordningsansvar", "coordinates insatser"), ("contacts[].kind",)),
    "kontinuitet och trygghet": SwedishConcept(
        ("continuity, safety",),
        ("contacts[].substitutes[].name", "contacts[].handover.to.name", "contacts[].handover.on"),
    ),
    "informerar och förmedlar kontakter": SwedishConcept(
        ("informs, relays contacts",), ("contacts[].contactWays[].value", "contacts[].viaTeam", "contacts[].note")
    ),
    "överenskommen tid": SwedishConcept(
        ("Överenskommen tid", "booked in consultation"), ("times[].start", "times[].status")
    ),
    "nästa steg": SwedishConcept(("next step known by time in hand",), ("times[].start", _NEXT)),
    "hanterbar via e-tjänst": SwedishConcept(
        ("manageable via e-service",), ("times[].link", "times[].rebookable", "times[].cancellable")
    ),
    "kallelse till en tid": SwedishConcept(("isInvitation",), ("times[].status", "times[].window.start")),
    "sammanhållen planering": SwedishConcept(
        ("Sammanhållen planering",), ("plans[].type", "documents[].type", _OVERVIEW)
    ),
    "behov": SwedishConcept(("overview of needs", "people with complex needs"), ("aboutMe.needs",)),
    "aktiviteter": SwedishConcept(("activities, wishes",), ("agreement.iDo[].kind", "agreement.careDoes[].kind")),
    "önskemål": SwedishConcept(("wishes",), ("aboutMe.wishes",)),
    "en vy på 1177": SwedishConcept(("one view on 1177",), (_OVERVIEW,)),
    "de sju frågorna": SwedishConcept(("Seven questions", "Questionnaire"), _ANSWERS),
    "fråga 1, leva sitt liv": SwedishConcept(("(1) focus on living your life",), _ANSWERS),
    "fråga 2, en överenskommelse": SwedishConcept(("(2) an agreement from what matters to you",), _ANSWERS),
    "fråga 3, lätt att kontakta vården": SwedishConcept(("(3) easy ways to contact care",), _ANSWERS),
    "fråga 4, en fast vårdkontakt": SwedishConcept(("(4) a fast vårdkontakt",), (*_ANSWERS, _COMPUTED)),
    "fråga 5, nästa steg": SwedishConcept(("(5) know your next step",), (*_ANSWERS, _COMPUTED)),
    "fråga 6, nästa tid tillsammans": SwedishConcept(
        ("(6) you and care agreed your next time",), (*_ANSWERS, _COMPUTED)
    ),
    "fråga 7, översikt över planerna": SwedishConcept(
        ("(7) overview of your different plans",), (*_ANSWERS, _COMPUTED)
    ),
    "båda svarar ja": SwedishConcept(("when both answer yes",), ("sevenQuestions[].by.name", *_ANSWERS)),
    "kontraktet är dokumenterat": SwedishConcept(("is documented",), ("id", "revision.by.giver", "revision.recorded")),
    "berättelser bekräftar det": SwedishConcept(
        ("stories confirm it",), ("aboutMe.story", "sevenQuestions[].answers[].comment")
    ),
    "vårdkontakter": SwedishConcept(("**vårdkontakter",), ("agreement.careDoes[].kind", "times[].channel", _OVERVIEW)),
    "bokade tider": SwedishConcept(("bokade tider",), ("times[].start", "times[].end", _OVERVIEW)),
    "planerade insatser": SwedishConcept(
        ("planerade insatser",), ("agreement.careDoes[].kind", "agreement.careDoes[].status", _TIMELINE)
    ),
    "läkemedel": SwedishConcept(("läkemedel",), ("agreement.careDoes[].kind", "agreement.iDo[].kind", _TIMELINE)),
    "provtagning": SwedishConcept(("provtagning",), ("agreement.careDoes[].kind", "agreement.iDo[].kind", _TIMELINE)),
    "egenvård": SwedishConcept(("egenvård",), ("agreement.iDo[].kind", "plans[].type", _TIMELINE)),
    "patienten medskapar": SwedishConcept(
        ("patient co-creates", "initiates activities", "adds information"),
        ("agreement.goals[].acceptance", "agreement.iDo[].status", "aboutMe.story"),
        "Staff write what the person says: a person who writes gets 403 until writing by the person is built.",
    ),
    "närstående i en mer aktiv roll": SwedishConcept(
        ("närstående supported in a more active role",),
        ("relatives[].takesPart", "relatives[].relation", "agreement.othersDo[].by.kind"),
    ),
    "personalen ser de delar som rollen tillåter": SwedishConcept(
        ("staff see the parts",), ("confidentiality", _ROLES)
    ),
    "samordnad individuell plan (SIP)": SwedishConcept(("**SIP**", "individual plan per HSL"), ("type",)),
    "insatser från både region och kommun": SwedishConcept(
        ("from both region and municipality",), ("sip.principals[].kind", "sip.principals[].unit.name")
    ),
    "en huvudmans bedömning räcker": SwedishConcept(("one huvudman's assessment suffices",), ("revision.by.giver",)),
    "samtycke": SwedishConcept(
        ("needs consent",), ("sip.consent.status", "sip.consent.on", "sip.consent.by", _CONSENT)
    ),
    "utan dröjsmål": SwedishConcept(("started without delay",), ("sip.consent.on", "period.start")),
    "vilka insatser": SwedishConcept(("which insatser",), ("agreement.careDoes[].what",)),
    "huvudman som ansvarar för insatsen": SwedishConcept(
        ("which huvudman answers for each",), ("agreement.careDoes[].principal",)
    ),
    "andras åtgärder": SwedishConcept(
        ("what others do", "lists others' measures"), ("agreement.othersDo[].what", "agreement.othersDo[].by.name")
    ),
    "övergripande ansvar": SwedishConcept(("which huvudman has overall responsibility",), ("sip.overall",)),
    "mål": SwedishConcept(("plus goals",), ("agreement.goals[].goal", "agreement.goals[].professionalGoals[].goal")),
    "närstående får delta": SwedishConcept(("närstående may take part",), ("relatives[].takesPart",)),
    "efter utskrivning": SwedishConcept(("After discharge",), ("type", "sip.summons.readyOn")),
    "kallelse": SwedishConcept(
        ("kallelse by the open-care fast vårdkontakt",), ("sip.summons.sentOn", "sip.summons.by.name")
    ),
    "inom tre dagar från utskrivningsklar": SwedishConcept(
        ("within **3 days** of utskrivningsklar",), ("sip.summons.readyOn", _SUMMONS)
    ),
    "fast vårdkontakt före utskrivning": SwedishConcept(
        ("fast vårdkontakt appointed before discharge", "an existing one may continue"), ("contacts[].period.start",)
    ),
    "HSL 16:4 och patientlagen 6:2": SwedishConcept(("HSL 16:4 and patientlagen 6:2",), ("sip.consent.status", "type")),
    "individuell plan enligt LSS": SwedishConcept(("LSS 10 §",), ("type", "plans[].type")),
    "plan för varje beviljad insats": SwedishConcept(
        ("individual plan offered with each granted insats",), ("type", "agreement.careDoes[].what")
    ),
    "omprövas minst en gång om året": SwedishConcept(
        ("reviewed at least once a year",), ("review.on", "review.status", _REVIEW)
    ),
    "region och kommun underrättar varandra": SwedishConcept(
        ("region and municipality notify each other of plans",),
        ("plans[].type", "plans[].owner.name", _OVERVIEW),
        "Neither is notified: each sees the other's plans in the overview until subscriptions are built.",
    ),
    "samordnad vårdplan enligt LPT och LRV": SwedishConcept(
        ("LPT/LRV care instead uses samordnad vårdplan",), ("plans[].type", "documents[].type")
    ),
    "individuell plan (NI 2021:1)": SwedishConcept(("class *Individuell plan*", "typ 0..1"), ("type",)),
    "måltillstånd": SwedishConcept(("måltillstånd",), ("agreement.goals[].target", "agreement.goals[].measure")),
    "insatser": SwedishConcept(("*insatser*",), ("agreement.careDoes[].what",)),
    "planerad och genomförd aktivitet": SwedishConcept(
        ("an activity instance does not change status",), ("agreement.careDoes[].status", _AS_IT_WAS)
    ),
    "strukturerade informationsmängder i en individuell plan": SwedishConcept(
        ("coded SIP content",), ("agreement.careDoes[].code.code", "agreement.careDoes[].code.system")
    ),
    "fasta kontakter": SwedishConcept(("Fasta kontakter",), ("contacts[].kind", "contacts[].period.start")),
}
"""A Swedish concept -> how it is said and where it is. What NI calls a new instance is a new version in history."""
