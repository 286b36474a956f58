"""Systems, codes and resource types that the rooms share: one name for each, so that nobody spells a URI twice."""

from typing import Final

PERSONNUMMER: Final = "http://electronichealth.se/identifier/personnummer"
SAMORDNINGSNUMMER: Final = "http://electronichealth.se/identifier/samordningsnummer"
RESERVNUMMER: Final = "http://electronichealth.se/identifier/nationelltReservnummer"
PERSONAL_SYSTEMS: Final = frozenset({PERSONNUMMER, SAMORDNINGSNUMMER, RESERVNUMMER})
HSA_ID: Final = "urn:oid:1.2.752.29.4.19"
ORGANISATIONSNUMMER: Final = "urn:oid:2.5.4.97"

SNOMED: Final = "http://snomed.info/sct"
CARE_PLAN_TYPE: Final = "https://fhir.inera.se/CodeSystem/typeofcareplan-cs"
PERMANENT_CONTACT: Final = "urn:oid:1.2.752.129.5.1.69"
HSA_HIERARCHY: Final = "https://commonprofiles.care/fhir/StructureDefinition/common-hsaHierarchy"
CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PROTECTED: Final = "http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel"
PROTECTED_CODES: Final = frozenset({"sekretessmarkering", "skyddadFolkbokforing"})
PROVENANCE_PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
DATA_ABSENT_REASON: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/translation"
UCUM: Final = "http://unitsofmeasure.org"
XHTML_NAMESPACE: Final = "http://www.w3.org/1999/xhtml"

CANONICAL: Final = "https://samplan.se/fhir"
AGREEMENT_PART: Final = f"{CANONICAL}/CodeSystem/agreement-part"
I_DO: Final = "i-do"
CARE_DOES: Final = "care-does"
OTHERS_DO: Final = "others-do"
IF_WORSE: Final = "if-worse"
PATIENT_CONTRACT: Final = "patient-contract"
CONSENT_TYPE: Final = f"{CANONICAL}/CodeSystem/consent-type"
SIP_CONSENT: Final = "sip"
TREATMENT: Final = "treatment"
INFORMATION_CATEGORY: Final = f"{CANONICAL}/CodeSystem/information-category"
HEALTH: Final = "health"
SOCIAL: Final = "social"
HOME_CARE: Final = "home-care"
