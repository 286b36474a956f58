"""The names of languages: the most spoken in Sweden, the national minority languages and sign language."""

from collections.abc import Mapping
from typing import Final

from app.texts import Text, untranslated

LANGUAGES: Final[Mapping[str, Text]] = {
    "am": Text("Amharic", "amhariska"),
    "ar": Text("Arabic", "arabiska"),
    "bn": Text("Bengali", "bengali"),
    "bs": Text("Bosnian", "bosniska"),
    "ckb": Text("Sorani Kurdish", "sorani (kurdiska)"),
    "da": Text("Danish", "danska"),
    "de": Text("German", "tyska"),
    "el": Text("Greek", "grekiska"),
    "en": Text("English", "engelska"),
    "es": Text("Spanish", "spanska"),
    "et": Text("Estonian", "estniska"),
    "fa": Text("Persian", "persiska"),
    "fi": Text("Finnish", "finska"),
    "fit": Text("Meänkieli", "meänkieli"),
    "fr": Text("French", "franska"),
    "hr": Text("Croatian", "kroatiska"),
    "hu": Text("Hungarian", "ungerska"),
    "it": Text("Italian", "italienska"),
    "kmr": Text("Kurmanji Kurdish", "kurmanji (nordkurdiska)"),
    "ku": Text("Kurdish", "kurdiska"),
    "lt": Text("Lithuanian", "litauiska"),
    "lv": Text("Latvian", "lettiska"),
    "nb": Text("Norwegian", "norska"),
    "nl": Text("Dutch", "nederländska"),
    "no": Text("Norwegian", "norska"),
    "pl": Text("Polish", "polska"),
    "prs": Text("Dari", "dari"),
    "ps": Text("Pashto", "pashto"),
    "pt": Text("Portuguese", "portugisiska"),
    "ro": Text("Romanian", "rumänska"),
    "rom": Text("Romani", "romani"),
    "ru": Text("Russian", "ryska"),
    "se": Text("Northern Sami", "nordsamiska"),
    "sgn": Text("Sign language", "teckenspråk"),
    "sma": Text("Southern Sami", "sydsamiska"),
    "smj": Text("Lule Sami", "lulesamiska"),
    "so": Text("Somali", "somaliska"),
    "sq": Text("Albanian", "albanska"),
    "sr": Text("Serbian", "serbiska"),
    "sv": Text("Swedish", "svenska"),
    "swl": Text("Swedish Sign Language", "svenskt teckenspråk"),
    "syr": Text("Syriac", "syriska"),
    "th": Text("Thai", "thailändska"),
    "ti": Text("Tigrinya", "tigrinska"),
    "tr": Text("Turkish", "turkiska"),
    "uk": Text("Ukrainian", "ukrainska"),
    "ur": Text("Urdu", "urdu"),
    "vi": Text("Vietnamese", "vietnamesiska"),
    "yi": Text("Yiddish", "jiddisch"),
    "zh": Text("Chinese", "kinesiska"),
}
"""The names by the language of a BCP 47 tag, without its region (https://www.rfc-editor.org/rfc/rfc5646)."""


def language(tag: str) -> Text:
    """The name of the language of a BCP 47 tag, or the tag itself if it is not in the table."""
    return LANGUAGES.get(tag.partition("-")[0], untranslated(tag))
