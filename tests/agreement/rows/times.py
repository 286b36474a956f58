"""Rows of agreed times and their extensions."""

from tests.agreement.profile_cases import CasesByProfile, ProfileCases
from tests.builders.changes import GONE, TWICE, concept, extension, own, someone, to

OPTIONS, LINK, MOVED = "extension[0]", "extension[1]", "extension[2]"
BEHALF = "participant[1].extension[0]"

CASES: CasesByProfile = {
    "agreed-time": ProfileCases(
        "full-times-1",
        {
            "no extensions": {"extension": GONE},
            "no channel": {"appointmentType": GONE},
            "a channel in words beside its code": {"appointmentType.text": "På mottagningen"},
            "an invitation with a window": {"status": "proposed", "start": GONE, "end": GONE,
                                            "requestedPeriod": [{"start": "2026-02-02", "end": "2026-03-01"}]},
            "an invitation with a time": {"status": "proposed"},
            "cancelled": {"status": "cancelled", "cancelationReason": {"text": "Sjuk"}},
            "missed": {"status": "noshow"},
            "the person by name": {"participant[0].actor": someone("Patient")},
            "the person elsewhere": {"participant[0].actor": to("https://ehr.example/fhir/Patient/1")},
            "the person in a version": {"participant[0].actor": to("Patient/anna/_history/2")},
            "the person in a Bundle": {"participant[0].actor": {
                "type": "Patient", "reference": "urn:uuid:6b0a4c1e-1e0d-4f5e-9d3e-2a8f4f0c9b01"}},
            "the person in words and by type": {"participant[0].actor": {
                "type": "Patient", "identifier": {"system": "https://ehr.example/id", "value": "1"}}},
            "for twenty minutes": {"minutesDuration": 20},
            "an end at the start": {"end": "2026-03-10T09:00:00+01:00"},
            "an end at the start in another zone": {"end": "2026-03-10T08:00:00Z"},
        },
        {
            "rules of their own": {"implicitRules": "https://example.org/rules"},
            "an end before the start": {"end": "2026-03-10T08:59:59+01:00"},
            "an end before the start in another zone": {"end": "2026-03-10T09:30:00+02:00"},
            "no status": {"status": GONE},
            "an unknown status": {"status": "invited"},
            "no participant": {"participant": GONE},
            "nobody but care": {"participant[0]": GONE},
            "somebody in a Bundle": {"participant[0].actor": to("urn:uuid:6b0a4c1e-1e0d-4f5e-9d3e-2a8f4f0c9b01")},
            "the person as a relative": {"participant[0].actor": to("RelatedPerson/1")},
            "a participant without a status": {"participant[0].status": GONE},
            "a participant of an unknown status": {"participant[0].status": "invited"},
            "a participant that is nobody": {"participant[2].type": GONE},
            "a participant that is a team": {"participant[2].actor": to("CareTeam/1")},
            "no description": {"description": GONE},
            "an unknown channel": {"appointmentType.coding[0].code": "letter"},
            "a channel of another system": {"appointmentType": concept("sct#185317003")},
            "a channel in words": {"appointmentType": {"text": "Besök"}},
            "booked with a window": {"requestedPeriod": [{"start": "2026-02-02"}]},
            "an invitation with a window that ends early": {
                "status": "proposed", "requestedPeriod": [{"start": "2026-03-02", "end": "2026-03-01"}]},
            "booked without a time": {"start": GONE, "end": GONE},
            "a start without an end": {"end": GONE},
            "a start that is a day": {"start": "2026-03-10"},
            "a start without a zone": {"start": "2026-03-10T09:00:00"},
            "a reason to cancel what is booked": {"cancelationReason": {"text": "Sjuk"}},
            "a negative length": {"minutesDuration": -20},
            "a length of zero": {"minutesDuration": 0},
            "a priority below zero": {"priority": -1},
            "two options": {OPTIONS: TWICE},
            "two links": {LINK: TWICE},
            "two earlier times": {MOVED: TWICE},
            "on behalf of two": {BEHALF: TWICE},
        },
    ),
    "booking-options": ProfileCases(
        "full-times-1",
        {"only one": {f"{OPTIONS}.extension[1]": GONE}},
        {
            "none": {OPTIONS: {"url": own("booking-options")}},
            "a value": {OPTIONS: extension(own("booking-options"), valueBoolean=True)},
            "an option twice": {f"{OPTIONS}.extension[0]": TWICE},
            "an option in words": {f"{OPTIONS}.extension[0]": extension("rebookable", valueString="ja")},
            "a truth in words": {f"{OPTIONS}.extension[0].valueBoolean": "true"},
            "an option without a value": {f"{OPTIONS}.extension[0].valueBoolean": GONE},
            "an unknown option": {f"{OPTIONS}.extension[+]": extension("payable", valueBoolean=True)},
            "on a participant": {"participant[0].extension[+]": extension(
                own("booking-options"), extension("rebookable", valueBoolean=True))},
            "as a modifier": {"modifierExtension[+]": extension(
                own("booking-options"), extension("rebookable", valueBoolean=True))},
        },
    ),
    "portal-link": ProfileCases(
        "full-times-1",
        {
            "with a query": {f"{LINK}.valueUrl": "https://e-tjanster.example.se/tider?a=1&b=2"},
            "to nowhere": {f"{LINK}.valueUrl": "https://"},
        },
        {
            "not safe": {f"{LINK}.valueUrl": "http://e-tjanster.example.se/tider"},
            "another scheme": {f"{LINK}.valueUrl": "javascript:alert(1)"},
            "the scheme in capitals": {f"{LINK}.valueUrl": "HTTPS://e-tjanster.example.se/tider"},
            "a uri": {LINK: extension(own("portal-link"), valueUri="https://e-tjanster.example.se")},
            "no value": {f"{LINK}.valueUrl": GONE},
            "a part": {LINK: extension(own("portal-link"), extension("url", valueUrl="https://e.example.se"))},
            "on a participant": {"participant[0].extension[+]": extension(
                own("portal-link"), valueUrl="https://e-tjanster.example.se")},
        },
    ),
    "rescheduled-from": ProfileCases(
        "full-times-1",
        {"a day": {f"{MOVED}.valueDateTime": "2026-03-03"}, "a month": {f"{MOVED}.valueDateTime": "2026-03"}},
        {
            "an instant": {MOVED: extension(own("rescheduled-from"), valueInstant="2026-03-03T09:00:00+01:00")},
            "a text": {MOVED: extension(own("rescheduled-from"), valueString="2026-03-03")},
            "a time without a zone": {f"{MOVED}.valueDateTime": "2026-03-03T09:00:00"},
            "a month that is not": {f"{MOVED}.valueDateTime": "2026-13-03"},
            "no value": {f"{MOVED}.valueDateTime": GONE},
            "on the type": {"appointmentType.extension[+]": extension(
                own("rescheduled-from"), valueDateTime="2026-03-03")},
        },
    ),
    "on-behalf-of": ProfileCases(
        "full-times-1",
        {
            "an organization": {f"{BEHALF}.valueReference": to("Organization/1")},
            "a service": {f"{BEHALF}.valueReference": to("HealthcareService/1")},
        },
        {
            "a person": {f"{BEHALF}.valueReference": to("Patient/1")},
            "a place by name": {f"{BEHALF}.valueReference": someone("Location", "Plan 3")},
            "a text": {BEHALF: extension(own("on-behalf-of"), valueString="Hjärtmottagningen")},
            "no value": {f"{BEHALF}.valueReference": GONE},
            "on the time": {"extension[+]": extension(own("on-behalf-of"), valueReference=to("Organization/1"))},
        },
    ),
}  # fmt: skip
