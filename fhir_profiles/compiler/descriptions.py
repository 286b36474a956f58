"""Describes values and slices of a definition for messages in any language: a code with its system, a URL, a name."""

import json
from collections.abc import Sequence
from typing import Any

from fhir_profiles.compiler.slices import discriminator_steps, extension_url
from fhir_profiles.compiler.snapshots import ElementNode


def value_text(value: Any) -> str:
    """A fixed or pattern value, as a developer writes it in FHIR Shorthand."""
    if isinstance(value, dict) and "coding" in value:
        return " + ".join(map(value_text, value["coding"]))
    if isinstance(value, dict) and "system" in value:
        mark = "#" if "code" in value else "|"
        return f"{value['system']}{mark}{value.get('code', value.get('value', ''))}".rstrip("|")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def slice_text(sliced: ElementNode, part: ElementNode) -> str:
    """The text that identifies a slice: the URL of its extension, its discriminating values, or else its name."""
    url = extension_url(part)
    paths = [discriminator["path"] for discriminator in sliced.element.get("slicing", {}).get("discriminator", ())]
    texts = [_discriminating_text(part, path) for path in paths]
    return url or (" + ".join(filter(None, texts)) if all(texts) and texts else str(part.element["sliceName"]))


def _discriminating_text(part: ElementNode, path: str) -> str | None:
    node: ElementNode | None = part
    for step in discriminator_steps(path):
        node = node.children.get(step) if node else None
    binding = node.element.get("binding", {}) if node else {}
    if node is not None and node.given is not None:
        text = value_text(node.given.value)
    elif binding.get("strength") == "required":
        text = str(binding["valueSet"])
    else:
        return None
    return f"{path} {text}" if discriminator_steps(path) else text


def joined_names(names: Sequence[str]) -> str:
    """The names without duplicates, separated by commas."""
    return ", ".join(dict.fromkeys(names))
