"""The messages of the check, in English and Swedish: each says what is wrong and how to correct it."""

from collections.abc import Mapping
from typing import Final

from app.errors import Fault

MESSAGES: Final[Mapping[str, tuple[str, str, str]]] = {
    # Errors that a schema finds.
    "unknown": (
        "structure",
        "There is no such element in FHIR R4; leave it out or send it as an extension.",
        "Det finns inget sådant element i FHIR R4; ta bort det eller skicka det som ett tillägg (extension).",
    ),
    "required": ("required", "This element is missing; send it.", "Elementet saknas; skicka det."),
    "choice-missing": ("required", "Send one of {}.", "Skicka ett av {}."),
    "choice-twice": ("structure", "Only one of {} may be sent; keep one.", "Bara ett av {} får skickas; behåll ett."),
    "form": ("value", "The value must be {}.", "Värdet ska vara {}."),
    "code": ("code-invalid", "The code must be one of {}.", "Koden ska vara en av {}."),
    "target": ("value", "The reference must be to {}.", "Referensen ska vara till {}."),
    "type": ("structure", "This must be {}.", "Detta ska vara {}."),
    "constant": ("value", "The value must be {}.", "Värdet ska vara {}."),
    "empty": (
        "structure",
        "This is empty or has only an id; leave it out or give it content.",
        "Detta är tomt eller har bara ett id; ta bort det eller ge det innehåll.",
    ),
    "too-many": ("structure", "There may be at most {} of these.", "Det får vara högst {} av dessa."),
    "too-long": ("too-long", "The text is longer than a mebibyte; cut it.", "Texten är längre än en mebibyte."),
    "other": ("structure", "This is not valid FHIR R4.", "Detta är inte giltig FHIR R4."),
    # Errors that a schema cannot find.
    "not-supported": (
        "not-supported",
        "Resources of this type are not taken here.",
        "Resurser av denna typ tas inte emot här.",
    ),
    "null": (
        "structure",
        "The list and its sibling with extensions must be equally long and not both be null at a place.",
        "Listan och dess syskon med tillägg ska vara lika långa och inte båda vara null på samma plats.",
    ),
    "whole": ("value", "The value must be a whole number.", "Värdet ska vara ett heltal."),
    "display": (
        "value",
        "The display of this code is {}; send that or leave it out.",
        "Kodens visningsnamn (display) är {}; skicka det eller utelämna det.",
    ),
    "question-below": (
        "structure",
        "What is asked below a question stands in its answer; move it into answer.item.",
        "Det som frågas under en fråga står i dess svar; flytta det till answer.item.",
    ),
    "question-kind": ("value", "The answer must be sent as {}.", "Svaret ska skickas som {}."),
    "question-none-below": (
        "structure",
        "Nothing is asked below this question; leave the items out.",
        "Under den här frågan frågas inget; ta bort det.",
    ),
    "question-order": (
        "structure",
        "The answers stand in the order of the questionnaire: {}; move this one.",
        "Svaren står i frågeformulärets ordning: {}; flytta det här.",
    ),
    "question-unknown": (
        "not-found",
        "The questionnaire asks no such question here; send an answer to one of {}, or none.",
        "Frågeformuläret har ingen sådan fråga här; skicka svar på någon av {}, eller inget.",
    ),
    # Invariants, by FHIR's keys.
    "age-1": (
        "invariant",
        "age-1: an age with a value needs a code in UCUM and must be positive.",
        "age-1: en ålder med värde behöver en kod i UCUM och ska vara positiv.",
    ),
    "app-1": (
        "invariant",
        "app-1: a participant needs a type or an actor.",
        "app-1: en deltagare behöver en typ (type) eller en aktör (actor).",
    ),
    "app-2": (
        "invariant",
        "app-2: send both start and end, or neither.",
        "app-2: skicka både start och end, eller inget av dem.",
    ),
    "app-3": (
        "invariant",
        "app-3: only an appointment that is proposed, cancelled or on a waiting list may lack start and end.",
        "app-3: bara en tid som är föreslagen, avbokad eller på väntelista får sakna start och end.",
    ),
    "app-4": (
        "invariant",
        "app-4: a cancelationReason needs the status cancelled or no-show.",
        "app-4: en cancelationReason kräver status cancelled eller no-show.",
    ),
    "att-1": (
        "invariant",
        "att-1: an attachment with data needs a contentType.",
        "att-1: en bilaga med data behöver en contentType.",
    ),
    "bdl-1": (
        "invariant",
        "bdl-1: only a searchset or a history has a total.",
        "bdl-1: bara searchset och history har total.",
    ),
    "bdl-2": (
        "invariant",
        "bdl-2: only in a searchset have entries a search.",
        "bdl-2: bara i en searchset har entry en search.",
    ),
    "bdl-3": (
        "invariant",
        "bdl-3: each entry of a batch, transaction or history needs a request; in others there is none.",
        "bdl-3: varje entry i batch, transaction eller history behöver en request; i andra finns ingen.",
    ),
    "bdl-4": (
        "invariant",
        "bdl-4: each entry of a batch-response, transaction-response or history has a response, no other.",
        "bdl-4: varje entry i batch-response, transaction-response eller history har en response, ingen annan.",
    ),
    "bdl-5": (
        "invariant",
        "bdl-5: an entry needs a resource, a request or a response.",
        "bdl-5: en entry behöver en resource, en request eller en response.",
    ),
    "bdl-7": (
        "invariant",
        "bdl-7: the same fullUrl stands in two entries; make them different.",
        "bdl-7: samma fullUrl står i två entry; gör dem olika.",
    ),
    "bdl-8": (
        "invariant",
        "bdl-8: a fullUrl names no version; leave out /_history/.",
        "bdl-8: en fullUrl anger ingen version; ta bort /_history/.",
    ),
    "bdl-9": (
        "invariant",
        "bdl-9: a document needs an identifier with system and value.",
        "bdl-9: ett dokument behöver en identifier med system och value.",
    ),
    "bdl-10": ("invariant", "bdl-10: a document needs a timestamp.", "bdl-10: ett dokument behöver en timestamp."),
    "bdl-11": (
        "invariant",
        "bdl-11: the first entry of a document must be a Composition.",
        "bdl-11: första entry i ett dokument ska vara en Composition.",
    ),
    "bdl-12": (
        "invariant",
        "bdl-12: the first entry of a message must be a MessageHeader.",
        "bdl-12: första entry i ett meddelande ska vara en MessageHeader.",
    ),
    "cnt-3": (
        "invariant",
        "cnt-3: a count with a value needs the code 1 in UCUM.",
        "cnt-3: ett antal med värde behöver koden 1 i UCUM.",
    ),
    "contained-id": (
        "invariant",
        "contained-id: another contained resource has the same id; make them different.",
        "contained-id: en annan innesluten resurs har samma id; gör dem olika.",
    ),
    "cpl-3": (
        "invariant",
        "cpl-3: an activity has a reference or a detail, not both.",
        "cpl-3: en aktivitet har en reference eller en detail, inte båda.",
    ),
    "cpt-2": (
        "invariant",
        "cpt-2: a contact point with a value needs a system, such as phone.",
        "cpt-2: en kontaktuppgift med value behöver ett system, till exempel phone.",
    ),
    "ctm-1": (
        "invariant",
        "ctm-1: onBehalfOf is only for a member that is a Practitioner; leave it out.",
        "ctm-1: onBehalfOf är bara för en member som är Practitioner; ta bort det.",
    ),
    "dis-1": (
        "invariant",
        "dis-1: a distance with a value needs a code in UCUM.",
        "dis-1: ett avstånd med värde behöver en kod i UCUM.",
    ),
    "dom-2": (
        "invariant",
        "dom-2: a contained resource may not contain others.",
        "dom-2: en innesluten resurs får inte innesluta andra.",
    ),
    "dom-3": (
        "invariant",
        "dom-3: nothing refers to this contained resource; refer to it or leave it out.",
        "dom-3: inget refererar till den inneslutna resursen; referera till den eller ta bort den.",
    ),
    "dom-4": (
        "invariant",
        "dom-4: a contained resource has no meta.versionId and no meta.lastUpdated; leave them out.",
        "dom-4: en innesluten resurs har varken meta.versionId eller meta.lastUpdated; ta bort dem.",
    ),
    "dom-5": (
        "invariant",
        "dom-5: a contained resource has no security label of its own; leave it out.",
        "dom-5: en innesluten resurs har ingen egen säkerhetsmärkning; ta bort den.",
    ),
    "drq-1": (
        "invariant",
        "drq-1: a code filter has a path or a searchParam, not both.",
        "drq-1: ett kodfilter har path eller searchParam, inte båda.",
    ),
    "drq-2": (
        "invariant",
        "drq-2: a date filter has a path or a searchParam, not both.",
        "drq-2: ett datumfilter har path eller searchParam, inte båda.",
    ),
    "drt-1": (
        "invariant",
        "drt-1: a duration with a code needs a value, and the system UCUM.",
        "drt-1: en varaktighet med kod behöver ett värde, och systemet UCUM.",
    ),
    "element-id": (
        "invariant",
        "element-id: another element of the resource has the same id; make them different.",
        "element-id: ett annat element i resursen har samma id; gör dem olika.",
    ),
    "exp-1": (
        "invariant",
        "exp-1: an expression needs its text or a reference.",
        "exp-1: ett uttryck behöver sin text eller en reference.",
    ),
    "ext-1": (
        "invariant",
        "ext-1: an extension has either one value or extensions of its own.",
        "ext-1: ett tillägg (extension) har antingen ett värde eller egna tillägg.",
    ),
    "full-url": (
        "invariant",
        "full-url: the address must be absolute and end with the resource's type and id, or be a urn: of its own.",
        "full-url: adressen ska vara absolut och sluta med resursens typ och id, eller vara en egen urn:.",
    ),
    "gol-1": (
        "invariant",
        "gol-1: a target with a detail needs a measure.",
        "gol-1: ett delmål (target) med detail behöver en measure.",
    ),
    "inv-1": (
        "invariant",
        "inv-1: lastModified may not be before authoredOn.",
        "inv-1: lastModified får inte vara före authoredOn.",
    ),
    "org-1": (
        "invariant",
        "org-1: an organisation needs a name or an identifier.",
        "org-1: en organisation behöver ett namn eller en identifierare.",
    ),
    "org-2": (
        "invariant",
        "org-2: an organisation's address is never of use home.",
        "org-2: en organisations adress har aldrig use home.",
    ),
    "org-3": (
        "invariant",
        "org-3: an organisation's telecom is never of use home.",
        "org-3: en organisations telecom har aldrig use home.",
    ),
    "pat-1": (
        "invariant",
        "pat-1: a contact needs a name, telecom, address or organization.",
        "pat-1: en kontakt behöver name, telecom, address eller organization.",
    ),
    "per-1": (
        "invariant",
        "per-1: the period ends before it starts; correct start or end.",
        "per-1: perioden slutar innan den börjar; rätta start eller end.",
    ),
    "ppc-1": (
        "invariant",
        "ppc-1: a consent needs a policy or a policyRule.",
        "ppc-1: ett samtycke behöver en policy eller en policyRule.",
    ),
    "prr-1": (
        "invariant",
        "prr-1: an orderDetail needs a code.",
        "prr-1: en orderDetail behöver en code.",
    ),
    "qrs-1": (
        "invariant",
        "qrs-1: an item has an answer or items, not both; what is asked below a question stands in answer.item.",
        "qrs-1: en item har answer eller item, inte båda; det som frågas under en fråga står i answer.item.",
    ),
    "qty-3": (
        "invariant",
        "qty-3: a quantity with a code needs the system of the code.",
        "qty-3: en kvantitet med kod behöver kodens system.",
    ),
    "rat-1": (
        "invariant",
        "rat-1: a ratio has both numerator and denominator, or neither and an extension.",
        "rat-1: en kvot har både numerator och denominator, eller ingen av dem och ett tillägg.",
    ),
    "ref-1": (
        "invariant",
        "ref-1: the reference is to a contained resource that is not there; contain it or correct the reference.",
        "ref-1: referensen är till en innesluten resurs som inte finns; inneslut den eller rätta referensen.",
    ),
    "ref-search": (
        "invariant",
        "ref-search: a reference is a search only in a transaction; send an address, or an identifier.",
        "ref-search: bara i en transaction är en referens en sökning; skicka en adress, eller en identifier.",
    ),
    "ref-type": (
        "invariant",
        "ref-type: the type is not that of the resource that the reference is to; make them the same.",
        "ref-type: typen (type) är inte den som resursen som referensen är till har; gör dem lika.",
    ),
    "rng-2": (
        "invariant",
        "rng-2: the low end is above the high end.",
        "rng-2: den lägre gränsen är över den högre.",
    ),
    "sev-1": (
        "invariant",
        "sev-1: an entity has a name or a query, not both.",
        "sev-1: en entity har name eller query, inte båda.",
    ),
    "sqty-1": (
        "invariant",
        "sqty-1: this quantity has no comparator; leave it out.",
        "sqty-1: den här kvantiteten har ingen comparator; ta bort den.",
    ),
    "tim-1": ("invariant", "tim-1: a duration needs a durationUnit.", "tim-1: duration behöver durationUnit."),
    "tim-2": ("invariant", "tim-2: a period needs a periodUnit.", "tim-2: period behöver periodUnit."),
    "tim-4": ("invariant", "tim-4: a duration is not negative.", "tim-4: duration är inte negativ."),
    "tim-5": ("invariant", "tim-5: a period is not negative.", "tim-5: period är inte negativ."),
    "tim-6": ("invariant", "tim-6: a periodMax needs a period.", "tim-6: periodMax behöver period."),
    "tim-7": ("invariant", "tim-7: a durationMax needs a duration.", "tim-7: durationMax behöver duration."),
    "tim-8": ("invariant", "tim-8: a countMax needs a count.", "tim-8: countMax behöver count."),
    "tim-9": (
        "invariant",
        "tim-9: an offset needs a when, and not one of C, CM, CD, CV.",
        "tim-9: offset behöver when, och inte något av C, CM, CD, CV.",
    ),
    "tim-10": (
        "invariant",
        "tim-10: send timeOfDay or when, not both.",
        "tim-10: skicka timeOfDay eller when, inte båda.",
    ),
    "trd-2": (
        "invariant",
        "trd-2: a trigger with a condition needs data.",
        "trd-2: en utlösare med condition behöver data.",
    ),
    "trd-3": (
        "invariant",
        "trd-3: a named trigger needs a name, one on data needs data.",
        "trd-3: en namngiven utlösare behöver name, en på data behöver data.",
    ),
    "txt-1": (
        "invariant",
        "txt-1: the narrative holds something else than formatted text, or a picture from elsewhere; leave it out.",
        "txt-1: den läsbara texten innehåller annat än formaterad text, eller en bild från annat håll; ta bort det.",
    ),
    "txt-2": (
        "invariant",
        "txt-2: the narrative says nothing; leave it out.",
        "txt-2: den läsbara texten säger ingenting; ta bort den.",
    ),
}  # fmt: skip
"""Name of an error -> its IssueType code, the message in English and in Swedish."""


def fault(name: str, expression: str, english: str = "", swedish: str = "") -> Fault:
    """Make the fault of an error at a FHIRPath; `english` and `swedish` fill the place in its message."""
    code, in_english, in_swedish = MESSAGES[name]
    return Fault(code, in_english.format(english), in_swedish.format(swedish or english), expression)
