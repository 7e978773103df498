"""What a visitor in danger reads, taken word for word from the responses that the engine gives too."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from helpline.errors import ContentError
from helpline.safety.dangers import DANGER_LEAVES
from helpline.settings import ROOT

SOURCE = ROOT / "data" / "responses" / "safety.yml"


def danger_replies(source: Path = SOURCE) -> Mapping[str, str]:
    """Return the whole reply to each leaf intent of danger, such as ``crisis/self``.

    Raises:
        ContentError: A leaf has no reply, or one of several texts.
    """
    responses = yaml.safe_load(source.read_text(encoding="utf-8"))["responses"]
    replies: dict[str, str] = {}
    for leaf in DANGER_LEAVES:
        variations = responses.get(f"utter_{leaf}") or []
        if len(variations) != 1 or not variations[0].get("text"):
            raise ContentError(f"{source.name}: utter_{leaf} needs one text, the same every time.")
        replies[leaf] = variations[0]["text"]
    return replies
