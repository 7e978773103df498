"""Follows the stories: what a message means after what came before it, such as a "yes" after an offer.

Rasa's memoization compares the last turns as a whole, with all slots. A story here holds wherever in a conversation its
turns are said, whatever else the slots hold; of slots only what was offered last counts (data/stories/).
"""

from typing import Any

from rasa.core.policies.memoization import MemoizationPolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import PREVIOUS_ACTION, SLOTS, USER
from rasa.shared.core.domain import State
from rasa.shared.nlu.constants import INTENT

from helpline.rasa.threads import OFFERED


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class StoryPolicy(MemoizationPolicy):
    """Chooses the action of the longest path in a story that ends as the conversation does."""

    def _create_feature_key(self, states: list[State]) -> str | None:
        """Return the key of a path: actions and intents, and at its end what was offered before the message."""
        path = [step for step in map(_step, states) if any(step.values())]
        if path:
            path[-1][OFFERED] = states[-1].get(SLOTS, {}).get(OFFERED)
        key: str | None = super()._create_feature_key(path)
        return key

    def _recall_states(self, states: list[State]) -> str | None:
        for start in range(len(states)):
            action: str | None = super()._recall_states(states[start:])
            if action is not None:
                return action
        return None


def _step(state: State) -> dict[str, Any]:
    return {
        PREVIOUS_ACTION: state.get(PREVIOUS_ACTION, {}).get("action_name"),
        INTENT: state.get(USER, {}).get(INTENT),
    }
