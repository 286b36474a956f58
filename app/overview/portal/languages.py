"""The names of languages: the most spoken in Sweden, the national minority languages and sign language."""

from collections.abc import Mapping
from typing import Final

from app.texts import Text, untranslated

LANGUAGES: Final[Mapping[str, Text]] = {
    "am": Text("amhariska", "Amharic"),
    "ar": Text("arabiska", "Arabic"),
    "bn": Text("bengali", "Bengali"),
    "bs": Text("bosniska", "Bosnian"),
    "ckb": Text("sorani (kurdiska)", "Sorani Kurdish"),
    "da": Text("danska", "Danish"),
    "de": Text("tyska", "German"),
    "el": Text("grekiska", "Greek"),
    "en": Text("engelska", "English"),
    "es": Text("spanska", "Spanish"),
    "et": Text("estniska", "Estonian"),
    "fa": Text("persiska", "Persian"),
    "fi": Text("finska", "Finnish"),
    "fit": Text("meänkieli", "Meänkieli"),
    "fr": Text("franska", "French"),
    "hr": Text("kroatiska", "Croatian"),
    "hu": Text("ungerska", "Hungarian"),
    "it": Text("italienska", "Italian"),
    "kmr": Text("kurmanji (nordkurdiska)", "Kurmanji Kurdish"),
    "ku": Text("kurdiska", "Kurdish"),
    "lt": Text("litauiska", "Lithuanian"),
    "lv": Text("lettiska", "Latvian"),
    "nb": Text("norska", "Norwegian"),
    "nl": Text("nederländska", "Dutch"),
    "no": Text("norska", "Norwegian"),
    "pl": Text("polska", "Polish"),
    "prs": Text("dari", "Dari"),
    "ps": Text("pashto", "Pashto"),
    "pt": Text("portugisiska", "Portuguese"),
    "ro": Text("rumänska", "Romanian"),
    "rom": Text("romani", "Romani"),
    "ru": Text("ryska", "Russian"),
    "se": Text("nordsamiska", "Northern Sami"),
    "sgn": Text("teckenspråk", "Sign language"),
    "sma": Text("sydsamiska", "Southern Sami"),
    "smj": Text("lulesamiska", "Lule Sami"),
    "so": Text("somaliska", "Somali"),
    "sq": Text("albanska", "Albanian"),
    "sr": Text("serbiska", "Serbian"),
    "sv": Text("svenska", "Swedish"),
    "swl": Text("svenskt teckenspråk", "Swedish Sign Language"),
    "syr": Text("syriska", "Syriac"),
    "th": Text("thailändska", "Thai"),
    "ti": Text("tigrinska", "Tigrinya"),
    "tr": Text("turkiska", "Turkish"),
    "uk": Text("ukrainska", "Ukrainian"),
    "ur": Text("urdu", "Urdu"),
    "vi": Text("vietnamesiska", "Vietnamese"),
    "yi": Text("jiddisch", "Yiddish"),
    "zh": Text("kinesiska", "Chinese"),
}
"""By the language of a BCP 47 tag, whatever its region (https://www.rfc-editor.org/rfc/rfc5646)."""


def language(tag: str) -> Text:
    """The name of the language of a BCP 47 tag, or the tag itself if it is not in the table."""
    return LANGUAGES.get(tag.partition("-")[0], untranslated(tag))
