"""What was understood of a message, read from Rasa's parse data."""

from typing import Any

from helpline.safety.dangers import DANGERS

# What a transcript keeps of the alternatives.
SHOWN_ALTERNATIVES = 3


def leaf_of(parsed: dict[str, Any]) -> str | None:
    """Return the leaf intent, such as ``faq/ned`` or ``greet``."""
    intent = parsed.get("intent") or {}
    leaf: str | None = intent.get("full_retrieval_intent_name") or intent.get("name")
    return leaf


def danger_of(parsed: dict[str, Any]) -> str | None:
    """Return the kind of danger that was raised, such as ``crisis/self``, or None."""
    leaf = leaf_of(parsed)
    return leaf if leaf and leaf.partition("/")[0] in DANGERS else None


def understood(parsed: dict[str, Any]) -> dict[str, Any]:
    """Return what staff can look at later: alternatives, what raised a danger or a check-in, two questions."""
    kept = {name: parsed[name] for name in ("safety", "check_in", "also_asked", "questions") if parsed.get(name)}
    alternatives = [
        [entry["name"], round(float(entry["confidence"]), 3)]
        for entry in (parsed.get("intent_ranking") or [])[:SHOWN_ALTERNATIVES]
    ]
    return {**kept, "alternatives": alternatives}
