"""A rule policy in which some intents win over an active form, and some park it.

Rasa runs an active form before any rule, and the form asks the action server. A person in danger cannot wait for
that, nor hear nothing when the action server is down. So for some intents the form stands back and the rules decide.

After a rule's answer, Rasa lets an active form ask its question again. That is wrong after a crisis or a goodbye. To
say so in rules alone takes one for each such intent and form, all alike; so a list of intents says it here once.
"""

from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import LOOP_RULES, RULES, RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, REQUESTED_SLOT, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActiveLoop, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY

from helpline.rasa.sources import FORM, NAMES, OTHER, RULE, SOURCE

RuleEnd = tuple[str | None, str | None]
# The section of the lookup that tells the names of the rules, which training knows and Rasa forgets.
_NAMES_OF_RULES = "names_of_rules"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class InterruptingRulePolicy(RulePolicy):
    """RulePolicy with lists of intents that interrupt and that park a form.

    Config:
        interrupting_intents: Intents that are answered by rules, before an active form sees the message.
        parking_intents: Intents whose answer by a rule ends an active form, unless it is the form itself. The
            answers that were given stay in their slots.
        The rest as in ``rasa.core.policies.rule_policy.RulePolicy``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._indices: dict[int, tuple[int, dict[RuleEnd, list[str]]]] = {}

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return RulePolicy's defaults and two empty lists of intents."""
        return {**RulePolicy.get_default_config(), "interrupting_intents": [], "parking_intents": []}

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the next action; where it parks the form, the prediction carries the events that do.

        The events are those of Rasa's ``action_deactivate_loop``. As an action of its own that would stand between
        the answer and the next message, and rules on what was said last would not match.
        """
        prediction = super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
        if self._parks_form(tracker, domain.action_names_or_texts[prediction.max_confidence_index]):
            prediction.events = [*prediction.events, ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]
        return prediction

    def _predict(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[PolicyPrediction, str | None]:
        """Predict as Rasa does, and note for whoever asks which rule it was."""
        prediction, source = super()._predict(tracker, domain)
        names = self.lookup.get(_NAMES_OF_RULES, {}).get(source, [])
        kind = RULE if names else FORM if (source or "").startswith(LOOP_RULES) else OTHER
        prediction.diagnostic_data = {SOURCE: kind, NAMES: names}
        return prediction, source

    def persist(self) -> None:
        """Keep what was learned, with the names of the rules."""
        self.lookup[_NAMES_OF_RULES] = {
            key: sorted({name for name, _ in self._rules_sources[key]}) for key in self.lookup[RULES]
        }
        super().persist()

    def _parks_form(self, tracker: DialogueStateTracker, action: str) -> bool:
        answers_now = tracker.latest_action_name == ACTION_LISTEN_NAME
        from_rule = action not in {ACTION_LISTEN_NAME, tracker.active_loop_name}
        return bool(
            tracker.active_loop_name and answers_now and from_rule and self._is_one_of(tracker, "parking_intents")
        )

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        """Return the action that a rule gives; none by the message's text, which no rule of ours names."""
        if use_text_for_last_user_input:
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        """Return the rules that fit the states; only those are looked at that end as the states do."""
        if not states:
            return super()._get_possible_keys(lookup, states)
        index = self._index_of(lookup)
        action, intent = _end_of(states[-1])
        fitting = [key for end in {(action, intent), (action, None)} for key in index.get(end, ())]
        return super()._get_possible_keys(dict.fromkeys(fitting, ""), states)

    def _index_of(self, lookup: dict[str, str]) -> dict[RuleEnd, list[str]]:
        """Return the rules of a lookup by how they end; made anew when the lookup has changed."""
        known = self._indices.get(id(lookup))
        if known is None or known[0] != len(lookup):
            index: dict[RuleEnd, list[str]] = {}
            for key in lookup:
                index.setdefault(_end_of(self._rule_key_to_state(key)[-1]), []).append(key)
            known = self._indices[id(lookup)] = (len(lookup), index)
        return known[1]

    def _find_action_from_loop_happy_path(self, tracker: DialogueStateTracker) -> tuple[str | None, str | None]:
        if self._is_one_of(tracker, "interrupting_intents"):
            return None, None
        return RulePolicy._find_action_from_loop_happy_path(tracker)

    def _is_one_of(self, tracker: DialogueStateTracker, intents: str) -> bool:
        message = tracker.latest_message
        return message is not None and message.intent.get(INTENT_NAME_KEY) in self.config[intents]


def _end_of(state: State) -> RuleEnd:
    """Return the action before a state and the intent in it: both must be the same in a rule and a conversation."""
    return state.get(PREVIOUS_ACTION, {}).get("action_name"), state.get(USER, {}).get(INTENT)
