"""The kinds of danger and their leaf intents."""

KINDS = ("crisis", "violence", "emergency")
SELF = "crisis/self"
OTHER = "crisis/other"
VIOLENCE = "violence"
LIFE_THREAT = "emergency/life_threat"
URGENT = "emergency/urgent"
LEAVES = (SELF, OTHER, VIOLENCE, LIFE_THREAT, URGENT)
NONE = "none"


def kind_of(leaf: str) -> str:
    """Return the kind of a leaf intent: "crisis" for "crisis/self", "faq" for "faq/ned"."""
    return leaf.partition("/")[0]
