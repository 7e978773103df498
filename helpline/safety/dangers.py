"""The kinds of danger and the leaf intents that stand for them, defined here once."""

CRISIS = "crisis"
VIOLENCE = "violence"
THREAT = "threat"
EMERGENCY = "emergency"
# Violence is done to the visitor or to somebody the visitor knows; at a threat it is the visitor who may hurt somebody.
# The first goes before the others where nothing tells which of several is meant.
DANGERS = (CRISIS, VIOLENCE, THREAT, EMERGENCY)
# Despair without a word of death is no danger that is raised, and yet it is looked for: the reply says whom to call.
DESPAIR = "despair"
DESPAIR_LEAF = "distress/despair"
# What a message is read for.
KINDS = (*DANGERS, DESPAIR)

CRISIS_SELF = "crisis/self"
CRISIS_OTHER = "crisis/other"
LIFE_THREAT = "emergency/life_threat"
POISONING = "emergency/poisoning"
URGENT = "emergency/urgent"
DANGER_LEAVES = (CRISIS_SELF, CRISIS_OTHER, VIOLENCE, THREAT, LIFE_THREAT, POISONING, URGENT)


def kinds_meant(kind: str) -> tuple[str, ...]:
    """Return the kinds of message that count as one: what may be a crisis may be despair too, a check-in fits both."""
    return (CRISIS, DESPAIR) if kind == DESPAIR else (kind,)
