"""Reading cases: what is accepted, and what is refused with its line."""

import json

import pytest

from helpline.errors import CaseError
from helpline.replay.cases import read_cases


def line(**fields: object) -> str:
    return json.dumps(fields)


def test_a_case_keeps_all_fields_and_compiles_its_patterns():
    (case,) = read_cases(
        [line(id="a", turns=["hello"], must=["NED.*evidence"], must_not=["cure"], topic="ned", note=7)]
    )
    assert case.fields["note"] == 7
    assert case.judge("ned:\nno EVIDENCE of disease") == []
    assert case.judge("nothing here, a cure") == ["misses /NED.*evidence/", "holds /cure/"]


def test_blank_lines_are_passed_over_and_numbers_are_ids():
    assert [case.id for case in read_cases(["", line(id=3, turns=["x"]), "  \n"])] == ["3"]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("{not json", "line 2: this is no JSON"),
        ("[1, 2]", "line 2: a case is an object"),
        (line(turns=["x"]), "line 2: 'id' is missing"),
        (line(id="", turns=["x"]), "line 2: 'id' is missing"),
        (line(id=True, turns=["x"]), "line 2: 'id' is missing"),
        (line(id="b"), "line 2: 'turns' must be"),
        (line(id="b", turns=[]), "line 2: 'turns' must be"),
        (line(id="b", turns=["ok", " "]), "line 2: 'turns' must be"),
        (line(id="b", turns="hello"), "line 2: 'turns' must be"),
        (line(id="b", turns=["x"], must="988"), "line 2: 'must' must be a list"),
        (line(id="b", turns=["x"], must_not=["("]), "line 2: 'must_not' holds /(/"),
        (line(id="a", turns=["x"]), "line 2: the id 'a' stands in line 1 already"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(bad: str, says: str):
    with pytest.raises(CaseError) as refused:
        read_cases([line(id="a", turns=["x"]), bad])
    assert str(refused.value).startswith(says)
