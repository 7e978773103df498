"""The kinds of danger and the leaf intents that stand for them, defined here once."""

CRISIS = "crisis"
VIOLENCE = "violence"
EMERGENCY = "emergency"
# The first goes before the others where nothing tells which of several is meant.
DANGERS = (CRISIS, VIOLENCE, EMERGENCY)
# Despair without a word of death is no danger that is raised, and yet patterns look for it.
DESPAIR = "despair"

CRISIS_SELF = "crisis/self"
CRISIS_OTHER = "crisis/other"
LIFE_THREAT = "emergency/life_threat"
POISONING = "emergency/poisoning"
URGENT = "emergency/urgent"
DANGER_LEAVES = (CRISIS_SELF, CRISIS_OTHER, VIOLENCE, LIFE_THREAT, POISONING, URGENT)
