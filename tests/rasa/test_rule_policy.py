"""Which intents win over an active form."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.rasa.rule_policy import InterruptingRulePolicy

DOMAIN = Domain.empty()


def policy(model_storage, execution_context) -> InterruptingRulePolicy:
    from rasa.engine.storage.resource import Resource

    config = {**InterruptingRulePolicy.get_default_config(), "interrupting_intents": ["crisis"]}
    return InterruptingRulePolicy(config, model_storage, Resource("policy"), execution_context)


@pytest.fixture
def in_form(tmp_path):
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    made = policy(LocalModelStorage.create(tmp_path), ExecutionContext(GraphSchema({}), "model"))

    def happy_path(intent: str, *after: Event):
        tracker = DialogueStateTracker.from_events(
            "visitor",
            [
                ActionExecuted("volunteer_form"),
                ActiveLoop("volunteer_form"),
                ActionExecuted("action_listen"),
                UserUttered("words", {"name": intent}),
                *after,
            ],
        )
        return made._find_action_from_loop_happy_path(tracker)[0]

    return happy_path


def test_an_answer_goes_to_the_form(in_form):
    assert in_form("inform") == "volunteer_form"


def test_a_crisis_does_not_wait_for_the_form(in_form):
    assert in_form("crisis") is None


def test_after_the_crisis_response_the_form_still_stands_back(in_form):
    assert in_form("crisis", ActionExecuted("utter_crisis")) is None
