"""Follows the stories: what a message means after what came before it, such as a "yes" after an offer.

Rasa's memoization compares the last turns as a whole, with all slots. A story here holds wherever in a conversation its
turns are said, whatever else the slots hold; of slots only what was offered last counts (data/stories/).
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction, SupportedData
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import PREVIOUS_ACTION, SLOTS, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT

from helpline.rasa.sources import NAMES, OTHER, SOURCE, STORY
from helpline.rasa.threads import OFFERED

_FILE = "names_of_stories.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class StoryPolicy(MemoizationPolicy):
    """Chooses the action of the longest path in a story that ends as the conversation does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names: dict[str, list[str]] = {}
        self._followed: str | None = None

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learn the stories as Rasa does, and of each path the names of the stories that hold it."""
        told = SupportedData.trackers_for_supported_data(self.supported_data(), training_trackers)
        names: dict[str, set[str]] = {}
        for tracker in told:
            for states in self.featurizer.training_states_and_labels([tracker], domain)[0]:
                names.setdefault(self._create_feature_key(states), set()).add(tracker.sender_id)
        self._names = {key: sorted(of_key) for key, of_key in names.items()}
        return super().train(training_trackers, domain, **kwargs)

    def persist(self) -> None:
        """Keep what was learned, with the names."""
        super().persist()
        with self._model_storage.write_to(self._resource) as directory:
            (Path(directory) / _FILE).write_text(json.dumps(self._names), encoding="utf-8")

    @classmethod
    def load(cls, *args: Any, **kwargs: Any) -> "StoryPolicy":
        """Return the policy that training kept, with the names."""
        policy: StoryPolicy = super().load(*args, **kwargs)
        with policy._model_storage.read_from(policy._resource) as directory:
            policy._names = json.loads((Path(directory) / _FILE).read_text(encoding="utf-8"))
        return policy

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the next action as Rasa does, and note for whoever asks which story it is of."""
        self._followed = None
        action = self._recall_states(self._prediction_states(tracker, domain, rule_only_data=rule_only_data))
        prediction: PolicyPrediction = self._prediction(
            self._prediction_result(action, tracker, domain) if action else self._default_predictions(domain)
        )
        names = self._names.get(self._followed or "", [])
        prediction.diagnostic_data = {SOURCE: STORY if names else OTHER, NAMES: names}
        return prediction

    def _create_feature_key(self, states: list[State]) -> str:
        """Return the key of a path: actions and intents, and at its end what was offered before the message."""
        path = [step for step in map(_step, states) if any(step.values())]
        if path:
            path[-1][OFFERED] = states[-1].get(SLOTS, {}).get(OFFERED)
        # Rasa compresses the text of each path; a digest of it is as good a name, shorter and sooner made.
        return hashlib.blake2b(json.dumps(path, sort_keys=True).encode(), digest_size=16).hexdigest()

    def _recall_states(self, states: list[State]) -> str | None:
        for start in range(len(states)):
            action: str | None = super()._recall_states(states[start:])
            if action is not None:
                self._followed = self._create_feature_key(states[start:])
                return action
        return None


def _step(state: State) -> dict[str, Any]:
    return {
        PREVIOUS_ACTION: state.get(PREVIOUS_ACTION, {}).get("action_name"),
        INTENT: state.get(USER, {}).get(INTENT),
    }
