"""The invented region, municipality and private clinic of the demo, with their units and staff.

Nobody here exists: the HSA-ids begin with organisation numbers whose check digit is wrong.
"""

from typing import NamedTuple


class DemoGiver(NamedTuple):
    """A care giver or social care giver (vårdgivare, omsorgsgivare); `category` is `health` or `social`."""

    hsa_id: str
    name: str
    category: str


class DemoUnit(NamedTuple):
    """A unit (vårdenhet) of a giver, where a person goes or whom a person calls."""

    hsa_id: str
    name: str
    giver: DemoGiver
    phone: str
    address: str


class DemoEmployee(NamedTuple):
    """A member of staff, at the unit of the assignment (medarbetaruppdrag)."""

    hsa_id: str
    name: str
    title: str
    unit: DemoUnit


REGION = DemoGiver("SE2321000000-1A01", "Region Mälarvik", "health")
MUNICIPAL_HEALTH = DemoGiver("SE2120000000-2A01", "Mälarviks kommun, hälso- och sjukvård", "health")
MUNICIPAL_SOCIAL = DemoGiver("SE2120000000-3A01", "Mälarviks kommun, äldreomsorg", "social")
PRIVATE = DemoGiver("SE5560000000-4A01", "Sjöstadens Ortopedi AB", "health")

HEALTH_CENTRE = DemoUnit(
    "SE2321000000-1B01", "Björkbackens vårdcentral", REGION, "0000-100 10", "Björkvägen 2, Mälarvik"
)
HEART_CLINIC = DemoUnit(
    "SE2321000000-1C01", "Hjärtmottagningen, Mälarviks sjukhus", REGION, "0000-100 20", "Sjukhusbacken 1"
)
PSYCHIATRY = DemoUnit(
    "SE2321000000-1P01", "Psykiatriska öppenvården Mälarvik", REGION, "0000-100 30", "Hamngatan 7, Mälarvik"
)
REHAB = DemoUnit("SE2321000000-1R01", "Rehab Björkbacken", REGION, "0000-100 40", "Björkvägen 4, Mälarvik")
HABILITATION = DemoUnit(
    "SE2321000000-1D01", "Barn- och ungdomshabiliteringen", REGION, "0000-100 50", "Ängsvägen 3, Mälarvik"
)
LOG_OFFICE = DemoUnit(
    "SE2321000000-1L01", "Enheten för informationssäkerhet", REGION, "0000-100 60", "Regionhuset, Mälarvik"
)
HOME_NURSING = DemoUnit(
    "SE2120000000-2B01", "Hemsjukvården Mälarvik", MUNICIPAL_HEALTH, "0000-200 10", "Torget 1, Mälarvik"
)
HOME_CARE = DemoUnit(
    "SE2120000000-3B01", "Hemtjänsten Lindgården", MUNICIPAL_SOCIAL, "0000-200 20", "Lindvägen 9, Mälarvik"
)
ASSESSMENT = DemoUnit("SE2120000000-3C01", "Biståndsenheten", MUNICIPAL_SOCIAL, "0000-200 30", "Torget 1, Mälarvik")
ORTHOPAEDICS = DemoUnit(
    "SE5560000000-4B01", "Sjöstadens ortopedmottagning", PRIVATE, "0000-300 10", "Kajen 5, Sjöstaden"
)

PHYSICIAN = DemoEmployee("SE2321000000-1B11", "Amina Farah", "Distriktsläkare", HEALTH_CENTRE)
DISTRICT_NURSE = DemoEmployee("SE2321000000-1B12", "Lena Bergström", "Distriktssköterska", HEALTH_CENTRE)
ADMINISTRATOR = DemoEmployee("SE2321000000-1B13", "Pia Nordin", "Vårdadministratör", HEALTH_CENTRE)
CARDIAC_NURSE = DemoEmployee("SE2321000000-1C11", "Jonas Wik", "Sjuksköterska", HEART_CLINIC)
PSYCHOLOGIST = DemoEmployee("SE2321000000-1P11", "Helena Dahl", "Psykolog", PSYCHIATRY)
PSYCHIATRIC_NURSE = DemoEmployee("SE2321000000-1P12", "Mikael Sand", "Sjuksköterska", PSYCHIATRY)
PHYSIOTHERAPIST = DemoEmployee("SE2321000000-1R11", "Sara Lund", "Fysioterapeut", REHAB)
HABILITATION_PLANNER = DemoEmployee("SE2321000000-1D11", "Eva Strand", "Specialpedagog", HABILITATION)
LOG_AUDITOR = DemoEmployee("SE2321000000-1L11", "Karin Åberg", "Loggranskare", LOG_OFFICE)
MUNICIPAL_NURSE = DemoEmployee("SE2120000000-2B11", "Fatima Rahimi", "Sjuksköterska", HOME_NURSING)
HOME_CARER = DemoEmployee("SE2120000000-3B11", "Oskar Lindh", "Undersköterska", HOME_CARE)
CARE_PLANNER = DemoEmployee("SE2120000000-3C11", "Ulrika Holm", "Biståndshandläggare", ASSESSMENT)
RELATIVES_ADVISER = DemoEmployee("SE2120000000-3C12", "Anders Ros", "Anhörigkonsulent", ASSESSMENT)
ORTHOPAEDIST = DemoEmployee("SE5560000000-4B11", "Viktor Hed", "Ortoped", ORTHOPAEDICS)
