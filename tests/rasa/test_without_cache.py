"""A training keeps nothing of its components for another, and afterwards Rasa does as ever."""

import inspect

from rasa.engine.training.hooks import TrainingHook

from helpline.processes.environment import child_environment
from helpline.rasa.without_cache import without_cache
from helpline.settings import Settings

STEPS = ("on_before_node", "on_after_node")


def test_nothing_is_read_of_what_goes_into_a_component_and_comes_out():
    hook = TrainingHook(cache=None, model_storage=None, pruned_schema=None)  # whatever is asked of these fails
    with without_cache():
        noted = hook.on_before_node("node", None, {}, {"examples": object()})
        assert hook.on_after_node("node", None, {}, object(), noted) is None


def test_afterwards_rasa_notes_all_again():
    before = [getattr(TrainingHook, step) for step in STEPS]
    with without_cache():
        assert [getattr(TrainingHook, step) for step in STEPS] != before
    assert [getattr(TrainingHook, step) for step in STEPS] == before


def test_the_hook_serves_the_cache_alone_and_that_is_off():
    assert "self._cache.cache_output(" in inspect.getsource(TrainingHook.on_after_node)
    assert child_environment(Settings(api_token="x" * 40))["RASA_MAX_CACHE_SIZE"] == "0"
