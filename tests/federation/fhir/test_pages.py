"""Any bytes are a page or a named failure."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.federation.fhir.pages import inside, read_page
from app.outbound import Failure, Oversized, UnknownOrigin

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PAGES = st.fixed_dictionaries(
    {"resourceType": st.just("Bundle"), "type": st.just("searchset")},
    optional={
        "entry": JSON | st.lists(JSON | st.fixed_dictionaries({"resource": JSON})),
        "link": JSON | st.lists(JSON | st.fixed_dictionaries({"relation": st.just("next"), "url": JSON})),
    },
)


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_a_page_or_a_failure(body: bytes):
    """No other exception is raised."""
    with pytest.raises(Failure):
        read_page(body, limit=1000)


@settings(deadline=None)
@given(PAGES)
def test_any_bundle_is_a_page_or_a_failure(page: dict):
    """Unreadable entries are counted."""
    try:
        result = read_page(json.dumps(page).encode(), limit=100_000)
    except Failure:
        return
    entries = page.get("entry", [])
    assert result.unread + len(result.resources) <= len(entries)
    assert all(isinstance(resource, dict) for resource in result.resources)


def test_a_page_over_the_limit_is_too_large():
    """The limit is in bytes, as they came."""
    with pytest.raises(Oversized):
        read_page(b" " * 11, limit=10)


@settings(deadline=None)
@given(st.text())
def test_an_address_is_inside_the_base_or_elsewhere(url: str):
    """For any text as the next address."""
    base = "https://fhir.region.example/r4"
    try:
        result = inside(base, url)
    except UnknownOrigin:
        return
    assert result.split("?")[0].split("#")[0].split(";")[0].startswith(base)


def test_a_base_at_the_root_has_pages_too():
    """A base address without a path."""
    assert inside("https://fhir.region.example", "/?page=2") == "https://fhir.region.example/?page=2"
