"""Cases of a replay: conversations with what their last reply must and must not hold."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from helpline.errors import CaseError

FLAGS = re.IGNORECASE | re.DOTALL


@dataclass(frozen=True)
class Case:
    """One conversation.

    ``fields`` are all fields of its line, in order; ``must`` and ``must_not`` are searched in all texts and
    button titles of the reply to the last turn, joined by newlines.
    """

    id: str
    turns: list[str]
    must: list[re.Pattern[str]]
    must_not: list[re.Pattern[str]]
    fields: dict[str, Any]

    def judge(self, reply: str) -> list[str]:
        """Return why the last reply fails; empty when it passes."""
        missing = [f"misses /{p.pattern}/" for p in self.must if not p.search(reply)]
        present = [f"holds /{p.pattern}/" for p in self.must_not if p.search(reply)]
        return missing + present


def read_cases(lines: Iterable[str]) -> list[Case]:
    """Read cases from JSON lines; blank lines are passed over.

    Raises:
        CaseError: A line is not a case, or an id comes twice.
    """
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        case = _read_case(line, number)
        if case.id in seen:
            raise CaseError(f"line {number}: the id '{case.id}' stands in line {seen[case.id]} already")
        seen[case.id] = number
        cases.append(case)
    return cases


def _read_case(line: str, number: int) -> Case:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise CaseError(f"line {number}: this is no JSON ({error})") from None
    if not isinstance(fields, dict):
        raise CaseError(f'line {number}: a case is an object such as {{"id": "1", "turns": ["hello"]}}')
    if not isinstance(fields.get("id"), str | int) or isinstance(fields.get("id"), bool) or fields["id"] == "":
        raise CaseError(f"line {number}: 'id' is missing; give each case a text or number of its own")
    turns = fields.get("turns")
    if not isinstance(turns, list) or not turns or not all(isinstance(t, str) and t.strip() for t in turns):
        raise CaseError(f"line {number}: 'turns' must be a list of at least one message, each a text that is not empty")
    return Case(
        str(fields["id"]),
        turns,
        _patterns(fields, "must", number),
        _patterns(fields, "must_not", number),
        fields,
    )


def _patterns(fields: dict[str, Any], name: str, number: int) -> list[re.Pattern[str]]:
    given = fields.get(name)
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(pattern, str) for pattern in given):
        raise CaseError(f"line {number}: '{name}' must be a list of regular expressions")
    patterns = []
    for pattern in given:
        try:
            patterns.append(re.compile(pattern, FLAGS))
        except re.error as error:
            raise CaseError(
                f"line {number}: '{name}' holds /{pattern}/, which is no regular expression: {error}"
            ) from None
    return patterns
