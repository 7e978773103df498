"""Saved tests as files for whoever keeps the repository: test stories of Rasa's, and cases of `helpline replay`."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from helpline.console.flow_turns import CODE
from helpline.store.flows import Flow

# How much of the last answer a case looks for.
_LOOKED_FOR = 90


def stories_yaml(flows: Iterable[Flow]) -> str:
    """Write flows as a file of Rasa's test stories."""
    stories = [{"story": " ".join(flow.name.split()), "steps": _steps(flow)} for flow in flows]
    content = {"version": "3.1", "stories": stories}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000, default_flow_style=False)


def replay_lines(flows: Iterable[Flow]) -> str:
    """Write flows as cases of `helpline replay`, one a line; what was pressed is typed."""
    return "".join(json.dumps(_case(flow), ensure_ascii=False) + "\n" for flow in flows)


def _steps(flow: Flow) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for turn in _asked(flow):
        user = turn["payload"] if turn["pressed"] else _annotated(turn["said"], turn["entities"])
        steps.append({"user": user, "intent": turn["intent"]})
        for step in turn["story"]:
            if "slot_was_set" in step:
                steps.append({"slot_was_set": [{name: value} for name, value in step["slot_was_set"].items()]})
            elif "refused" not in step:
                steps.append(step)
    return steps


def _annotated(text: str, entities: Sequence[dict[str, Any]]) -> str:
    """Return a message with its entities marked as Rasa's stories do; of those that overlap the longest one."""
    placed = [each for each in entities if each["start"] is not None and each["end"] is not None]
    chosen: list[dict[str, Any]] = []
    for entity in sorted(placed, key=lambda each: each["start"] - each["end"]):
        if all(entity["end"] <= each["start"] or entity["start"] >= each["end"] for each in chosen):
            chosen.append(entity)
    for entity in sorted(chosen, key=lambda each: each["start"], reverse=True):
        told = {name: entity[name] for name in ("entity", "value", "role") if entity.get(name) is not None}
        start, end = entity["start"], entity["end"]
        text = f"{text[:start]}[{text[start:end]}]{json.dumps(told, ensure_ascii=False)}{text[end:]}"
    return text


def _asked(flow: Flow) -> list[dict[str, Any]]:
    """Return the turns that the assistant took; what a channel answered by itself is none."""
    return [turn for turn in flow.turns if turn.get("asked", True)]


def _case(flow: Flow) -> dict[str, Any]:
    turns = _asked(flow)
    return {
        "id": f"test-{flow.number}",
        "turns": [turn["said"] for turn in turns],
        "must": [_pattern(text) for turn in turns[-1:] for text in turn["texts"] if text],
        "topic": flow.name,
    }


def _pattern(text: str) -> str:
    """Return an expression for how a text begins."""
    beginning = text[:_LOOKED_FOR].rpartition(" ")[0] if len(text) > _LOOKED_FOR else text
    return re.escape(beginning).replace(r"\ ", " ").replace("\\\n", r"\s+").replace(re.escape(CODE), ".+")
