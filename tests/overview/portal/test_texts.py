"""Texts of codes and timings, in both languages."""

import pytest

from app.federation.source import AnswerState
from app.overview.portal.frequency import how_often
from app.overview.portal.texts import SOURCE


@pytest.mark.parametrize(
    "repeat,comment,swedish,english",
    [
        ({"frequency": 1, "period": 1, "periodUnit": "d"}, None, "1 gång om dagen", "once a day"),
        (
            {"frequency": 2, "period": 1, "periodUnit": "d"},
            "före mat",
            "2 gånger om dagen, före mat",
            "2 times a day, före mat",
        ),
        ({"frequency": 1, "period": 2, "periodUnit": "wk"}, None, "1 gång var 2:a vecka", "once every 2 weeks"),
        ({"period": 3, "periodUnit": "mo"}, None, "1 gång var 3:e månad", "once every 3 months"),
        ({}, "vid behov", "vid behov", "vid behov"),
        ({"frequency": 1, "period": 1, "periodUnit": "min"}, "ofta", "ofta", "ofta"),
    ],
)
def test_a_timing_is_a_text(repeat, comment, swedish, english):
    """Times per period, days, hours, and the comment."""
    text = how_often(repeat, comment)

    assert (text.swedish, text.english) == (swedish, english)


def test_no_timing_has_no_text():
    """Neither numbers nor words."""
    assert how_often({}, None) is None


def test_every_state_of_a_source_has_its_sentence():
    """Data, empty and unknown."""
    assert SOURCE.keys() == {state.value for state in AnswerState}
