"""What helpline/rasa and helpline/nlu take from Rasa's internals, each by a name that says what breaks without it.

Rasa promises none of it. When one of these fails after an upgrade, the module in the docstring is to be looked at.
"""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from rasa.core.actions.action import RemoteAction, create_bot_utterance
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import FOLLOWUP_ACTION
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, Restarted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from helpline.rasa.graph_runner import SequentialGraphRunner


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)


@pytest.mark.parametrize(
    "name",
    ["_update_tracker_session", "_handle_message_with_tracker", "run_action_extract_slots", "_run_prediction_loop"],
)
def test_processor_has_the_steps_of_a_turn(name: str) -> None:
    """helpline/rasa/processor.py runs them on a tracker of its own."""
    assert inspect.iscoroutinefunction(getattr(MessageProcessor, name))


def test_training_runs_its_graph_by_dask() -> None:
    """helpline/rasa/parallel_training.py puts a scheduler with threads in its place."""
    assert "dask.get(run_graph, run_targets)" in inspect.getsource(DaskGraphRunner.run)


def test_processor_takes_what_we_give_it() -> None:
    """helpline/rasa/processor.py"""
    wanted = ["model_path", "tracker_store", "lock_store", "generator", "action_endpoint"]
    assert parameters(MessageProcessor.__init__)[1:6] == wanted
    assert parameters(MessageProcessor._load_model) == ["model_path"]


def test_graph_runner_keeps_its_nodes_and_schema_where_we_look() -> None:
    """helpline/rasa/graph_runner.py"""
    source = inspect.getsource(DaskGraphRunner)
    assert "self._instantiated_nodes" in source
    assert "self._graph_schema" in source
    assert parameters(DaskGraphRunner.run) == parameters(SequentialGraphRunner.run)


def test_rule_policy_chooses_by_the_methods_that_we_override() -> None:
    """helpline/rasa/rule_policy.py"""
    assert parameters(RulePolicy._find_action_from_rules)[1:] == ["tracker", "domain", "use_text_for_last_user_input"]
    assert parameters(RulePolicy._get_possible_keys)[1:] == ["lookup", "states"]
    assert parameters(RulePolicy._find_action_from_loop_happy_path) == ["tracker"]
    assert callable(RulePolicy._rule_key_to_state)
    assert f"self._get_possible_keys(self.lookup[{'RULES'}], states)" in inspect.getsource(
        RulePolicy._find_action_from_rules
    )
    assert RULES == "rules"


def test_policies_and_processor_let_us_note_which_rule_or_story_acted() -> None:
    """helpline/rasa/rule_policy.py, story_policy.py and processor.py"""
    assert parameters(RulePolicy._predict) == ["self", "tracker", "domain"]
    assert "self._rules_sources[prediction_source].append((rule_name, gold_action_name))" in inspect.getsource(
        RulePolicy._collect_sources
    )
    assert "self.persist()" in inspect.getsource(RulePolicy.train)
    assert "self.persist()" in inspect.getsource(MemoizationPolicy.train)
    assert "return self._recall_states(states)" in inspect.getsource(MemoizationPolicy.recall)
    assert "diagnostic_data=best_prediction.diagnostic_data" in inspect.getsource(DefaultPolicyPredictionEnsemble)
    assert parameters(MessageProcessor._run_action)[1:] == [
        "action", "tracker", "output_channel", "nlg", "prediction",
    ]  # fmt: skip
    assert PolicyPrediction.for_action_name(Domain.empty(), "action_listen", FOLLOWUP_ACTION).policy_name == (
        FOLLOWUP_ACTION
    )


def test_events_are_written_and_read_as_the_state_does() -> None:
    """helpline/rasa/state.py"""
    event = SlotSet("topic", "ned", timestamp=1.0)
    assert Event.from_parameters(event.as_dict()) == event
    assert parameters(UserUttered.__init__)[1:9] == [
        "text", "intent", "entities", "parse_data", "timestamp", "input_channel", "message_id", "metadata",
    ]  # fmt: skip
    for kind in (Restarted, SessionStarted):
        tracker = DialogueStateTracker.from_events("x", [SlotSet("a", 1), kind()], Domain.empty().slots)
        assert tracker.latest_action == {}
    tracker = DialogueStateTracker.from_events("x", [ActionExecuted("action_listen")])
    assert tracker.latest_action_name == "action_listen"


def test_bot_messages_keep_the_response_and_its_metadata() -> None:
    """helpline/rasa/output.py and generator.py read them."""
    message = {"text": "t", "utter_action": "utter_x", "answered_with": "utter_y", "metadata": {"section": "s"}}
    said: BotUttered = create_bot_utterance(message)
    assert said.metadata == {"utter_action": "utter_x", "answered_with": "utter_y", "metadata": {"section": "s"}}
    assert said.message()["answered_with"] == "utter_y"


def test_remote_actions_call_an_endpoint_as_we_answer() -> None:
    """helpline/rasa/action_client.py"""
    source = inspect.getsource(RemoteAction.run)
    assert "self.action_endpoint.request(" in source
    assert "except ClientResponseError as e" in source
    assert "self._validate_action_result(response)" in source
    assert "enable_selective_domain" in EndpointConfig("http://x", enable_selective_domain=True).kwargs


def test_generator_takes_slots_and_values_as_ours_does() -> None:
    """helpline/rasa/generator.py"""
    assert parameters(TemplatedNaturalLanguageGenerator.generate_from_slots)[1:4] == [
        "utter_action", "filled_slots", "output_channel",
    ]  # fmt: skip
    assert "filled_slots" in parameters(TemplatedNaturalLanguageGenerator._fill_response)


def test_logs_have_the_place_for_our_processor() -> None:
    """helpline/rasa/logs.py"""
    import rasa.utils.log_utils

    assert hasattr(rasa.utils.log_utils, "_anonymizer")


def test_executor_runs_a_call_as_the_action_server_makes_it() -> None:
    """actions/server.py"""
    assert parameters(ActionExecutor.run) == ["self", "action_call"]
    assert inspect.iscoroutinefunction(ActionExecutor.run)


def test_engine_starts_without_what_it_never_calls() -> None:
    """helpline/rasa/without_tensorflow.py: sanic, above all, is not in the process."""
    code = (
        "from helpline.rasa.without_tensorflow import keep_out_of_engine; keep_out_of_engine()\n"
        "import sys, helpline.rasa.engine, rasa.engine.recipes.default_components\n"
        "real = [name for name, module in sys.modules.items() if getattr(module, '__file__', None)]\n"
        "print([name for name in real if name.partition('.')[0] in {'sanic', 'tensorflow', 'aiogram', 'twilio'}])"
    )
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, timeout=120)
    assert ended.stdout.strip().endswith("[]"), ended.stderr[-2000:]
