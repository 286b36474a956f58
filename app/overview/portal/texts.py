"""The texts of the codes that a person meets, in Swedish and English; languages and frequencies have their own files.

The Swedish text of a code that a contract writes is the display of that code in `app.contracts.codes`.
"""

from app.contracts.codes import (
    ACTIVITY_KINDS,
    ANSWERS,
    CATEGORIES,
    CHANNELS,
    PERMANENT_CONTACTS,
    PLAN_TYPES,
    RELATIONS,
)
from app.texts import Text, translated

STATUS: dict[str, Text] = {
    "proposed": Text("Föreslagen", "Proposed"),
    "pending": Text("Väntar på svar", "Waiting for an answer"),
    "booked": Text("Bokad", "Booked"),
    "arrived": Text("Ankommen", "Arrived"),
    "checked-in": Text("Ankommen", "Checked in"),
    "fulfilled": Text("Genomförd", "Done"),
    "cancelled": Text("Avbokad", "Cancelled"),
    "noshow": Text("Uteblivet besök", "Missed"),
    "waitlist": Text("På väntelista", "On a waiting list"),
    "entered-in-error": Text("Felaktigt registrerad", "Entered in error"),
    "draft": Text("Utkast", "Draft"),
    "active": Text("Pågår", "Ongoing"),
    "on-hold": Text("Vilande", "On hold"),
    "revoked": Text("Avbruten", "Stopped"),
    "completed": Text("Avslutad", "Completed"),
    "unknown": Text("Okänt", "Unknown"),
    "requested": Text("Begärd", "Requested"),
    "received": Text("Mottagen", "Received"),
    "accepted": Text("Accepterad", "Accepted"),
    "rejected": Text("Avvisad", "Rejected"),
    "ready": Text("Förberedd", "Ready"),
    "in-progress": Text("Pågår", "In progress"),
    "failed": Text("Misslyckades", "Failed"),
    "planned": Text("Planerad", "Planned"),
    "current": Text("Gäller", "Current"),
    "superseded": Text("Ersatt", "Superseded"),
    "inactive": Text("Inte aktuell", "Inactive"),
    "suspended": Text("Vilande", "Suspended"),
}
"""Status codes of FHIR's own value sets."""

PERMANENT_CONTACT: dict[str, Text] = translated(
    {code: display.capitalize() for code, display in PERMANENT_CONTACTS.values()},
    {
        "1": "Permanent care contact",
        "2": "Permanent physician contact in primary care",
        "3": "Permanent social care contact in home care",
        "4": "Permanent care contact with overall coordination",
    },
)
"""Inera's code list kv_typ_av_fast_kontakt."""

PLAN_TYPE: dict[str, Text] = {
    "patient-contract": Text("Patientkontrakt", "Patient contract"),
    **translated(
        PLAN_TYPES,
        {
            "SIP": "Coordinated individual plan",
            "SPLPTLRV": "Coordinated plan under the psychiatric care acts",
            "SPU": "Coordinated plan at discharge",
            "VP": "Care plan",
            "HP": "Habilitation plan",
            "RP": "Rehabilitation plan",
            "GP": "Implementation plan",
            "SVP": "Standardised care plan",
            "EGV": "Self-care plan",
            "LSS": "Individual plan by LSS",
        },
    ),
}
"""Kinds of plan: Inera's TypeOfCarePlan, the self-care plan, and the patient contract itself."""

ACHIEVEMENT: dict[str, Text] = {
    "in-progress": Text("På väg", "In progress"),
    "improving": Text("Går framåt", "Improving"),
    "worsening": Text("Går bakåt", "Worsening"),
    "no-change": Text("Oförändrat", "No change"),
    "achieved": Text("Uppnått", "Achieved"),
    "sustaining": Text("Uppnått och håller i sig", "Achieved, and lasting"),
    "not-achieved": Text("Inte uppnått", "Not achieved"),
    "no-progress": Text("Inga framsteg än", "No progress yet"),
    "not-attainable": Text("Går inte att nå", "Cannot be reached"),
}
"""How far a goal has come."""

ACCEPTANCE: dict[str, Text] = {
    "agree": Text("Personen står bakom målet", "The person agrees with the goal"),
    "disagree": Text("Personen står inte bakom målet", "The person does not agree with the goal"),
    "pending": Text("Personen har inte tagit ställning än", "The person has not decided yet"),
}
"""Whether the person accepts a goal."""

PRINCIPAL: dict[str, Text] = {
    "region": Text("Regionen ansvarar", "The region answers for it"),
    "municipality": Text("Kommunen ansvarar", "The municipality answers for it"),
}
"""The principal (huvudman) that answers for an intervention."""

OVERALL: dict[str, Text] = {
    "region": Text("Regionen har det övergripande ansvaret", "The region has the overall responsibility"),
    "municipality": Text("Kommunen har det övergripande ansvaret", "The municipality has the overall responsibility"),
}
"""The principal that has the overall responsibility for a SIP."""

REVIEW: dict[str, Text] = {
    "requested": Text("Planerad", "Planned"),
    "completed": Text("Genomförd", "Done"),
    "cancelled": Text("Inställd", "Cancelled"),
}
"""How it stands with a follow-up (uppföljning)."""

RELATION: dict[str, Text] = translated(
    RELATIONS,
    {
        "guardian": "Guardian",
        "parent": "Parent",
        "spouse": "Spouse or partner",
        "child": "Child",
        "sibling": "Sibling",
        "friend": "Friend",
        "trustee": "Trustee",
        "administrator": "Administrator",
        "other": "Another close person",
    },
)
"""What a relative is to the person."""

PARTY: dict[str, Text] = {
    "person": Text("Personen har bekräftat", "The person has confirmed"),
    "relative": Text("En närstående har bekräftat", "A relative has confirmed"),
    "region": Text("Regionen har bekräftat", "The region has confirmed"),
    "municipality": Text("Kommunen har bekräftat", "The municipality has confirmed"),
    "other": Text("En annan part har bekräftat", "Another party has confirmed"),
}
"""Who has confirmed an agreement."""

ANSWER: dict[str, Text] = translated(
    ANSWERS,
    {
        "yes": "Yes",
        "partly": "Partly",
        "no": "No",
    },
)
"""An answer to one of the seven questions."""

ACTIVITY: dict[str, Text] = translated(
    ACTIVITY_KINDS,
    {
        "care-contact": "Care contact",
        "intervention": "Intervention",
        "medication": "Medication",
        "sampling": "Sampling",
        "self-care": "Self-care",
    },
)
"""What kind of activity something is."""

CATEGORY: dict[str, Text] = translated(
    CATEGORIES,
    {
        "health": "Health care",
        "social": "Social services",
        "home-care": "Home care",
    },
)
"""Which part of care and social care does an activity."""

DOER: dict[str, Text] = {
    "relative": Text("En närstående", "A relative"),
    "outside": Text("Någon utanför vården och omsorgen", "Somebody outside health and social care"),
}
"""Who does what others do."""

URGENCY: dict[str, Text] = {
    "routine": Text("Håll koll", "Keep an eye on it"),
    "urgent": Text("Snart", "Soon"),
    "asap": Text("Samma dag", "The same day"),
    "stat": Text("Genast", "At once"),
}
"""How soon to act when it gets worse, by FHIR's request priority."""

INTENT: dict[str, Text] = {
    "proposal": Text("Bara ett förslag", "Only a proposal"),
    "option": Text("Ett av flera alternativ", "One of several options"),
}
"""What is not decided: by FHIR, another intent than a plan or an order changes what the rest means."""

CHANNEL: dict[str, Text] = {
    "url": Text("E-tjänst", "E-service"),
    "fax": Text("Fax", "Fax"),
    "pager": Text("Personsökare", "Pager"),
    "other": Text("Annat sätt", "Another way"),
    **translated(
        {channel: display for channel, (_, display) in CHANNELS.items()},
        {
            "visit": "Visit",
            "home-visit": "Home visit",
            "phone": "Telephone",
            "sms": "Text message",
            "email": "E-mail",
            "video": "Video call",
            "message": "Message",
            "web-booking": "Online booking",
            "e-service": "E-service",
        },
    ),
}
"""A way of contact: a channel of ours, or FHIR's `ContactPoint.system`."""

QUESTION: dict[int, Text] = {
    1: Text(
        "Kan du ägna dig åt ditt liv, och räkna med att hjälpen är lätt att få?",
        "Can you get on with your life, and trust that help is easy to get?",
    ),
    2: Text(
        "Har ni en överenskommelse som bygger på det som betyder mest för dig, och vet du av den vad du gör för att må "
        "bra, vad du gör när du blir sjuk och vad vården gör?",
        "Do you have an agreement built on what matters most to you, and does it tell you what you do to feel well, "
        "what you do when you fall ill and what care does?",
    ),
    3: Text("Är det lätt för dig att nå vården?", "Is it easy for you to reach care?"),
    4: Text(
        "Finns det en fast vårdkontakt för dig, om du behöver en?",
        "Is there a permanent care contact for you, if you need one?",
    ),
    5: Text("Vet du vad som händer härnäst?", "Do you know what happens next?"),
    6: Text("Bestämde du och vården er nästa tid tillsammans?", "Did you and care decide on your next time together?"),
    7: Text(
        "Kan du se alla dina planer på ett ställe, och få hjälp att hålla ihop dem om du behöver det?",
        "Can you see all your plans in one place, and get help to hold them together if you need it?",
    ),
}
"""The seven questions (de sju frågorna), as their Questionnaire asks them."""

HOLDS: dict[bool, Text] = {
    True: Text("Ja, det syns här", "Yes, it is seen here"),
    False: Text("Det syns inte här", "It is not seen here"),
}
"""What the overview itself answers to a question: there may be more than its reader sees."""

CONSENT: dict[str, Text] = {
    "given": Text("Samtycker till planen", "Consents to the plan"),
    "declined": Text("Samtycker inte till planen", "Does not consent to the plan"),
    "withdrawn": Text("Har tagit tillbaka sitt samtycke", "Has withdrawn the consent"),
}
"""The consent (samtycke) to a SIP."""

COPY: dict[str, Text] = {
    "printed": Text("Har fått en utskriven kopia", "Has been given a printed copy"),
    "exported": Text("Har fått en exporterad kopia", "Has been given an exported copy"),
}
"""How somebody outside health and social care has got a copy."""

SOURCE: dict[str, Text] = {
    "data": Text("Har svarat.", "Has answered."),
    "empty": Text("Har svarat: inget att visa.", "Has answered: nothing to show."),
    "unknown": Text("Har inte svarat. Det kan finnas mer än det som visas.", "Has not answered. There may be more."),
}
"""The state of a source."""
