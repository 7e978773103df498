"""Where a prediction of the next action comes from: what the policies note of it, beside what Rasa needs."""

# Keys of a prediction's diagnostic data.
SOURCE = "source"
NAMES = "names"

# A rule, a story, a form that is open, the action before; or that nothing fits.
RULE, STORY, FORM, FOLLOW_UP, OTHER = "rule", "story", "form", "follow_up", "other"
