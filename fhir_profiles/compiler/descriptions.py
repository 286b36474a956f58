"""What a definition asks for, in as few words of no language: a code with its system, a URL, a name."""

import json
from collections.abc import Sequence
from typing import Any

from fhir_profiles.compiler.slices import discriminator_steps, extension_url
from fhir_profiles.compiler.snapshots import Node


def value_text(value: Any) -> str:
    """A fixed or pattern value, as a developer writes it in FHIR Shorthand."""
    if isinstance(value, dict) and "coding" in value:
        return " + ".join(map(value_text, value["coding"]))
    if isinstance(value, dict) and "system" in value:
        mark = "#" if "code" in value else "|"
        return f"{value['system']}{mark}{value.get('code', value.get('value', ''))}".rstrip("|")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def slice_text(sliced: Node, part: Node) -> str:
    """What tells a slice of a list from the others: the values that it is told by, its extension, or else its name."""
    url = extension_url(part)
    paths = [each["path"] for each in sliced.element.get("slicing", {}).get("discriminator", ())]
    told = [_discriminating_text(part, path) for path in paths]
    return url or (" + ".join(filter(None, told)) if all(told) and told else str(part.element["sliceName"]))


def _discriminating_text(part: Node, path: str) -> str | None:
    node: Node | None = part
    for step in discriminator_steps(path):
        node = node.children.get(step) if node else None
    binding = node.element.get("binding", {}) if node else {}
    if node is not None and node.given is not None:
        told = value_text(node.given.value)
    elif binding.get("strength") == "required":
        told = str(binding["valueSet"])
    else:
        return None
    return f"{path} {told}" if discriminator_steps(path) else told


def joined_names(names: Sequence[str]) -> str:
    """Names one after the other, each once."""
    return ", ".join(dict.fromkeys(names))
