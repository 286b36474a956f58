"""Rows of what somebody does: the activities of the agreement, the review and the summons."""

from tests.agreement.profile_cases import CasesByProfile, ProfileCases
from tests.builders.changes import ABSENT, GONE, TWICE, coding, concept, extension, own, someone, to

ACTIVITY_GOOD = {
    "a category of somebody else": {"category[+]": concept("sct#734163000")},
    "no display": {"category[0].coding[0].display": GONE},
    "a second coding in the category": {"category[0].coding[+]": coding("sct#409073007")},
    "the coding behind another": {
        "category[0].coding[0]": TWICE,
        "category[0].coding[0].system": "http://snomed.info/sct",
        "category[0].coding[0].code": "409073007",
    },
    "a day": {"occurrenceTiming": GONE, "occurrenceDateTime": "2026-03-01"},
}

ACTIVITY_BAD = {
    "rules of their own": {"implicitRules": "https://example.org/rules"},
    "what is not to be done": {"doNotPerform": True},
    "what is to be done, in so many words": {"doNotPerform": False},
    "no status": {"status": GONE},
    "another intent": {"intent": "proposal"},
    "no category": {"category": GONE},
    "no category of ours": {"category[0]": concept("sct#734163000")},
    "an unknown part": {"category[0].coding[0].code": "nobody-does"},
    "another part": {"category[0].coding[0].code": "plan-document"},
    "two parts": {"category[0]": TWICE},
    "a category of words": {"category[0]": {"text": "Det jag gör"}},
    "another display": {"category[0].coding[0].display": "Annat"},
    "no subject": {"subject": GONE},
    "a device as subject": {"subject": to("Device/1")},
    "a priority that is none": {"priority": "soon"},
    "two times": {"occurrenceDateTime": "2026-03-01", "occurrenceTiming": {"code": {"text": "ibland"}}},
    "an occurrence that is a text": {"occurrenceTiming": GONE, "occurrenceString": "ibland"},
}

PERFORMED_GOOD = {"no kind": {"category[1]": GONE}}

PERFORMED_BAD = {
    "an unknown kind": {"category[1].coding[0].code": "party"},
    "two kinds": {"category[1]": TWICE},
    "no code": {"code": GONE},
    "a code without words": {"code": concept("sct#39857003")},
}

CARE_GOOD = {
    **ACTIVITY_GOOD,
    **PERFORMED_GOOD,
    "nobody yet": {"performer": GONE},
    "a team as performer": {"performer": [to("CareTeam/1")]},
    "a service as performer": {"performer": [someone("HealthcareService")]},
}

CARE_BAD = {
    **PERFORMED_BAD,
    "an unknown information category": {"category[2].coding[0].code": "school"},
    "two information categories": {"category[2]": TWICE},
    "an unknown principal": {"category[3].coding[0].code": "state"},
    "two principals": {"category[+]": concept("principal#region")},
    "the person as performer": {"performer[0]": to("Patient/anna")},
    "a relative as performer": {"performer[0]": someone("RelatedPerson")},
}

BY_PERSON_BAD = {
    "no performer": {"performer": GONE},
    "a nurse as performer": {"performer[0]": to("Practitioner/1")},
    "another person as performer": {"performer[0]": to("Patient/another")},
    "the person by name only": {"performer[0]": someone("Patient")},
    "a person without an address": {"subject": someone("Patient"), "performer[0]": someone("Patient")},
    "two performers": {"performer[+]": to("Patient/another")},
}

TIMING_BAD = {
    "no unit of the period": {"occurrenceTiming.repeat.periodUnit": GONE},
    "a unit that is none": {"occurrenceTiming.repeat.periodUnit": "day"},
    "a period below zero": {"occurrenceTiming.repeat.period": -1},
    "a weekday in full": {"occurrenceTiming.repeat.dayOfWeek[0]": "monday"},
    "an hour that is not": {"occurrenceTiming.repeat.timeOfDay[0]": "24:30:00"},
    "a frequency that is a text": {"occurrenceTiming.repeat.frequency": "1"},
    "no frequency at all": {"occurrenceTiming.repeat.frequency": 0},
    "a half frequency": {"occurrenceTiming.repeat.frequency": 1.5},
    "both a when and a time of day": {"occurrenceTiming.repeat.when": ["MORN"]},
    "bounds of two kinds": {"occurrenceTiming.repeat.boundsDuration": {"value": 1, "unit": "d"}},
}

TASK_GOOD = {
    "a reference elsewhere": {"focus": to("https://ehr.example/fhir/CarePlan/1")},
    "a version of the plan": {"focus.reference": "CarePlan/1/_history/2"},
    "an owner that is a team": {"owner": to("CareTeam/1")},
    "no owner": {"owner": GONE, "requester": GONE, "performerType": GONE},
}

TASK_BAD = {
    "rules of their own": {"implicitRules": "https://example.org/rules"},
    "no status": {"status": GONE},
    "an unknown status": {"status": "planned"},
    "no code": {"code": GONE},
    "a code in words only": {"code": {"text": "Uppföljning"}},
    "a code of another system": {"code.coding[0].system": "https://example.org/tasks"},
    "no focus": {"focus": GONE},
    "a focus that is no plan": {"focus": to("Goal/1")},
    "for nobody": {"for": GONE},
    "for a group": {"for": to("Group/1")},
    "an owner that is a place": {"owner": to("Location/1")},
    "no restriction": {"restriction": GONE},
    "no period": {"restriction": {"repetitions": 1}},
    "no end": {"restriction.period": {"start": "2026-01-01"}},
    "a repetition of zero": {"restriction.repetitions": 0},
    "changed before it was written": {"authoredOn": "2026-03-02", "lastModified": "2026-03-01"},
}

CONTACT = "extension[0].valueContactPoint"

CASES: CasesByProfile = {
    "i-do": ProfileCases(
        "full-i-do-1",
        {**ACTIVITY_GOOD, **PERFORMED_GOOD},
        {**ACTIVITY_BAD, **PERFORMED_BAD, **BY_PERSON_BAD, **TIMING_BAD},
    ),
    "care-does": ProfileCases(
        "plain-care-does", {**CARE_GOOD, "no principal": {"category[3]": GONE}}, {**ACTIVITY_BAD, **CARE_BAD}
    ),
    "sip-care-does": ProfileCases(
        "full-care-does-1", CARE_GOOD, {**CARE_BAD, "no principal": {"category[3]": GONE}, "another part": {
            "category[0].coding[0].code": "others-do"}}
    ),
    "others-do": ProfileCases(
        "full-others-do-1",
        {**ACTIVITY_GOOD, **PERFORMED_GOOD, "a relative as performer": {"performer[0]": to("RelatedPerson/1")}},
        {
            **ACTIVITY_BAD,
            **PERFORMED_BAD,
            "no performer": {"performer": GONE},
            "a nurse as performer": {"performer[0]": someone("Practitioner")},
            "the person as performer": {"performer[0]": to("Patient/anna")},
        },
    ),
    "if-worse": ProfileCases(
        "full-if-worse-1",
        {
            "nobody to contact": {"extension": GONE},
            "a category of somebody else": {"category[+]": concept("sct#734163000")},
            "a code": {"code": concept("sct#39857003")},
            "an emergency": {"priority": "stat"},
        },
        {
            **{name: row for name, row in ACTIVITY_BAD.items() if "occurrence" not in name},
            **BY_PERSON_BAD,
            "no sign": {"asNeededCodeableConcept": GONE},
            "a sign without words": {"asNeededCodeableConcept": concept("sct#39857003")},
            "a sign that is a truth": {"asNeededCodeableConcept": GONE, "asNeededBoolean": True},
            "nothing to do": {"patientInstruction": GONE},
            "two contacts": {"extension[0]": TWICE},
        },
    ),
    "review": ProfileCases(
        "full-review",
        {**TASK_GOOD, "done": {"status": "completed"}, "a start": {"restriction.period.start": "2026-07-01"}},
        {
            **TASK_BAD,
            "another intent": {"intent": "order"},
            "another code": {"code": concept("task-kind#sip-summons")},
            "an end before the start": {"restriction.period.start": "2026-09-01"},
        },
    ),
    "sip-summons": ProfileCases(
        "full-sip-summons",
        {
            **TASK_GOOD,
            "not sent yet": {"status": "requested", "executionPeriod": GONE},
            "due the same day": {"restriction.period.end": "2026-01-10"},
            "due after exactly three days": {"restriction.period.end": "2026-01-13"},
            "three days over a leap day": {"restriction.period": {"start": "2028-02-27", "end": "2028-03-01"}},
            "due within the last hour": {"restriction.period": {"start": "2026-01-10T08:00:00+01:00",
                                                                "end": "2026-01-13T07:59:59.999+01:00"}},
            "three days into summer time": {"restriction.period": {"start": "2026-03-28T08:00:00+01:00",
                                                                   "end": "2026-03-31T08:00:00+02:00"}},
            "an hour of the second day": {"restriction.period.end": "2026-01-12T23:59:00+01:00"},
            "in a month": {"restriction.period": {"start": "2026-01", "end": "2026-01"}},
            "to the minute": {"restriction.period": {"start": "2026-01-10T08:00:00+01:00",
                                                     "end": "2026-01-13T08:00:00+01:00"}},
            "to the minute in two zones": {"restriction.period": {"start": "2026-01-10T08:00:00+01:00",
                                                                  "end": "2026-01-13T07:00:00Z"}},
        },
        {
            **TASK_BAD,
            "another intent": {"intent": "plan"},
            "another code": {"code": concept("task-kind#review")},
            "no day of readiness": {"restriction.period.start": GONE},
            "due after four days": {"restriction.period.end": "2026-01-14"},
            "a minute too late": {"restriction.period": {"start": "2026-01-10T08:00:00+01:00",
                                                         "end": "2026-01-13T08:01:00+01:00"}},
            "three days out of summer time": {"restriction.period": {"start": "2026-10-24T08:00:00+02:00",
                                                                     "end": "2026-10-27T08:00:00+01:00"}},
            "an hour of the third day": {"restriction.period.end": "2026-01-13T10:00:00+01:00"},
            "a month after a day": {"restriction.period.end": "2026-01"},
            "four days over a month": {"restriction.period": {"start": "2026-02-27", "end": "2026-03-03"}},
            "done and not sent": {"executionPeriod": GONE},
            "done and only begun": {"executionPeriod": {"start": "2026-01-12"}},
        },
    ),
    "contact-point": ProfileCases(
        "full-if-worse-1",
        {
            "a number without a way": {f"{CONTACT}.extension": GONE},
            "a way of another": {f"{CONTACT}.extension[0].extension[0].valueCode": "sms"},
            "a rank": {f"{CONTACT}.rank": 1},
            "a web address": {f"{CONTACT}.system": "url", f"{CONTACT}.value": "https://e-tjanster.example.se"},
        },
        {
            "no value": {"extension[0].valueContactPoint": GONE},
            "a text for a contact": {"extension[0]": extension(own("contact-point"), valueString="112")},
            "two ways": {f"{CONTACT}.extension[0]": TWICE},
            "a number without a system": {f"{CONTACT}.system": GONE},
            "a rank of zero": {f"{CONTACT}.rank": 0},
            "a web address of extensions alone": {
                f"{CONTACT}.system": "url", f"{CONTACT}.value": GONE, f"{CONTACT}._value": ABSENT},
            "a web address that is a script": {f"{CONTACT}.system": "url", f"{CONTACT}.value": "javascript:alert(1)"},
            "on a reference": {"extension[0]": GONE, "performer[0].extension[+]": extension(
                own("contact-point"), valueContactPoint={"system": "phone", "value": "112"})},
            "parts": {"extension[0]": extension(own("contact-point"), extension("who", valueString="112"))},
        },
    ),
}  # fmt: skip
