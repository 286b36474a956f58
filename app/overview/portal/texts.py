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
    "proposed": Text("Proposed", "Föreslagen"),
    "pending": Text("Waiting for an answer", "Väntar på svar"),
    "booked": Text("Booked", "Bokad"),
    "arrived": Text("Arrived", "Ankommen"),
    "checked-in": Text("Checked in", "Ankommen"),
    "fulfilled": Text("Done", "Genomförd"),
    "cancelled": Text("Cancelled", "Avbokad"),
    "noshow": Text("Missed", "Uteblivet besök"),
    "waitlist": Text("On a waiting list", "På väntelista"),
    "entered-in-error": Text("Entered in error", "Felaktigt registrerad"),
    "draft": Text("Draft", "Utkast"),
    "active": Text("Ongoing", "Pågår"),
    "on-hold": Text("On hold", "Vilande"),
    "revoked": Text("Stopped", "Avbruten"),
    "completed": Text("Completed", "Avslutad"),
    "unknown": Text("Unknown", "Okänt"),
    "requested": Text("Requested", "Begärd"),
    "received": Text("Received", "Mottagen"),
    "accepted": Text("Accepted", "Accepterad"),
    "rejected": Text("Rejected", "Avvisad"),
    "ready": Text("Ready", "Förberedd"),
    "in-progress": Text("In progress", "Pågår"),
    "failed": Text("Failed", "Misslyckades"),
    "planned": Text("Planned", "Planerad"),
    "current": Text("Current", "Gäller"),
    "superseded": Text("Superseded", "Ersatt"),
    "inactive": Text("Inactive", "Inte aktuell"),
    "suspended": Text("Suspended", "Vilande"),
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
    "patient-contract": Text("Patient contract", "Patientkontrakt"),
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
    "in-progress": Text("In progress", "På väg"),
    "improving": Text("Improving", "Går framåt"),
    "worsening": Text("Worsening", "Går bakåt"),
    "no-change": Text("No change", "Oförändrat"),
    "achieved": Text("Achieved", "Uppnått"),
    "sustaining": Text("Achieved, and lasting", "Uppnått och håller i sig"),
    "not-achieved": Text("Not achieved", "Inte uppnått"),
    "no-progress": Text("No progress yet", "Inga framsteg än"),
    "not-attainable": Text("Cannot be reached", "Går inte att nå"),
}
"""How far a goal has come."""

ACCEPTANCE: dict[str, Text] = {
    "agree": Text("The person agrees with the goal", "Personen står bakom målet"),
    "disagree": Text("The person does not agree with the goal", "Personen står inte bakom målet"),
    "pending": Text("The person has not decided yet", "Personen har inte tagit ställning än"),
}
"""Whether the person accepts a goal."""

PRINCIPAL: dict[str, Text] = {
    "region": Text("The region answers for it", "Regionen ansvarar"),
    "municipality": Text("The municipality answers for it", "Kommunen ansvarar"),
}
"""The principal (huvudman) that answers for an intervention."""

OVERALL: dict[str, Text] = {
    "region": Text("The region has the overall responsibility", "Regionen har det övergripande ansvaret"),
    "municipality": Text("The municipality has the overall responsibility", "Kommunen har det övergripande ansvaret"),
}
"""The principal that has the overall responsibility for a SIP."""

REVIEW: dict[str, Text] = {
    "requested": Text("Planned", "Planerad"),
    "completed": Text("Done", "Genomförd"),
    "cancelled": Text("Cancelled", "Inställd"),
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
    "person": Text("The person has confirmed", "Personen har bekräftat"),
    "relative": Text("A relative has confirmed", "En närstående har bekräftat"),
    "region": Text("The region has confirmed", "Regionen har bekräftat"),
    "municipality": Text("The municipality has confirmed", "Kommunen har bekräftat"),
    "other": Text("Another party has confirmed", "En annan part har bekräftat"),
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
    "relative": Text("A relative", "En närstående"),
    "outside": Text("Somebody outside health and social care", "Någon utanför vården och omsorgen"),
}
"""Who does an activity that neither the person nor care does."""

URGENCY: dict[str, Text] = {
    "routine": Text("Keep an eye on it", "Håll koll"),
    "urgent": Text("Soon", "Snart"),
    "asap": Text("The same day", "Samma dag"),
    "stat": Text("At once", "Genast"),
}
"""How soon to act when it gets worse, by FHIR's request priority."""

INTENT: dict[str, Text] = {
    "proposal": Text("Only a proposal", "Bara ett förslag"),
    "option": Text("One of several options", "Ett av flera alternativ"),
}
"""The intents of activities that are not decided; FHIR has intent as a modifier element."""

CHANNEL: dict[str, Text] = {
    "url": Text("E-service", "E-tjänst"),
    "fax": Text("Fax", "Fax"),
    "pager": Text("Pager", "Personsökare"),
    "other": Text("Another way", "Annat sätt"),
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
        "Can you get on with your life, and trust that help is easy to get?",
        "Kan du ägna dig åt ditt liv, och räkna med att hjälpen är lätt att få?",
    ),
    2: Text(
        "Do you have an agreement built on what matters most to you, and does it tell you what you do to feel well, "
        "what you do when you fall ill and what care does?",
        "Har ni en överenskommelse som bygger på det som betyder mest för dig, och vet du av den vad du gör för att må "
        "bra, vad du gör när du blir sjuk och vad vården gör?",
    ),
    3: Text("Is it easy for you to reach care?", "Är det lätt för dig att nå vården?"),
    4: Text(
        "Is there a permanent care contact for you, if you need one?",
        "Finns det en fast vårdkontakt för dig, om du behöver en?",
    ),
    5: Text("Do you know what happens next?", "Vet du vad som händer härnäst?"),
    6: Text("Did you and care decide on your next time together?", "Bestämde du och vården er nästa tid tillsammans?"),
    7: Text(
        "Can you see all your plans in one place, and get help to hold them together if you need it?",
        "Kan du se alla dina planer på ett ställe, och få hjälp att hålla ihop dem om du behöver det?",
    ),
}
"""The seven questions (de sju frågorna), as their Questionnaire asks them."""

HOLDS: dict[bool, Text] = {
    True: Text("Yes, it is seen here", "Ja, det syns här"),
    False: Text("It is not seen here", "Det syns inte här"),
}
"""What the overview itself answers to a question: there may be more than its reader sees."""

CONSENT: dict[str, Text] = {
    "given": Text("Consents to the plan", "Samtycker till planen"),
    "declined": Text("Does not consent to the plan", "Samtycker inte till planen"),
    "withdrawn": Text("Has withdrawn the consent", "Har tagit tillbaka sitt samtycke"),
}
"""The consent (samtycke) to a SIP."""

COPY: dict[str, Text] = {
    "printed": Text("Has been given a printed copy", "Har fått en utskriven kopia"),
    "exported": Text("Has been given an exported copy", "Har fått en exporterad kopia"),
}
"""How somebody outside health and social care has got a copy."""

SOURCE: dict[str, Text] = {
    "data": Text("Has answered.", "Har svarat."),
    "empty": Text("Has answered: nothing to show.", "Har svarat: inget att visa."),
    "unknown": Text("Has not answered. There may be more.", "Har inte svarat. Det kan finnas mer än det som visas."),
}
"""The state of a source."""
