"""A rule policy in which some intents win over an active form.

Rasa runs an active form before any rule, and the form asks the action server. A person in danger cannot
wait for that, nor hear nothing when the action server is down, so for the intents named in the
configuration the form stands back and the rules decide.
"""

from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class InterruptingRulePolicy(RulePolicy):
    """RulePolicy whose ``interrupting_intents`` are answered before an active form goes on.

    Config:
        interrupting_intents: Names of intents. Each needs a rule that says what happens within a form.
        The rest as in ``rasa.core.policies.rule_policy.RulePolicy``.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return RulePolicy's defaults and an empty list of interrupting intents."""
        return {**RulePolicy.get_default_config(), "interrupting_intents": []}

    def _find_action_from_loop_happy_path(self, tracker: DialogueStateTracker) -> tuple[str | None, str | None]:
        message = tracker.latest_message
        if message and message.intent.get(INTENT_NAME_KEY) in self.config["interrupting_intents"]:
            return None, None
        return RulePolicy._find_action_from_loop_happy_path(tracker)
