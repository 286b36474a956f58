"""The extensions of organisations in the directory."""

from tests.agreement.profile_cases import CasesByProfile, ProfileCases
from tests.builders.changes import extension, own, to

CASES: CasesByProfile = {
    "financed-by": ProfileCases(
        "unit",
        {
            "an organization": {"extension[+]": extension(own("financed-by"), valueReference=to("Organization/1"))},
        },
        {
            "a person": {"extension[+]": extension(own("financed-by"), valueReference=to("Patient/1"))},
            "a text": {"extension[+]": extension(own("financed-by"), valueString="Region Mälarvik")},
            "no value": {"extension[+]": extension(own("financed-by"))},
        },
    ),
}  # fmt: skip
