"""TensorFlow is kept out in a process of its own: what was imported here before must not matter."""

import subprocess
import sys

import pytest

from helpline.rasa.without_tensorflow import PACKAGES, keep_out

BEGIN = "from helpline.rasa.without_tensorflow import keep_out; keep_out(); keep_out(); import sys; "


def run(code):
    return subprocess.run([sys.executable, "-c", BEGIN + code], capture_output=True, text=True, timeout=120)


def test_rasa_and_all_its_components_load_without_it():
    ended = run(
        "import rasa.core.run, rasa.engine.recipes.default_components;"
        "assert not any(hasattr(module, '__file__') and 'site-packages/tensorflow' in str(module.__file__)"
        " for module in list(sys.modules.values()))"
    )
    assert ended.returncode == 0, ended.stderr[-2000:]


def test_what_needs_it_says_so():
    ended = run("import tensorflow as tf; tf.keras.layers.Dense(3)")
    assert "Dense is of a package that this process does without, such as TensorFlow" in ended.stderr
    assert "config.yml" in ended.stderr


def test_a_library_that_asks_whether_it_is_there_hears_no():
    ended = run(
        """
try:
    import tensorflow
    tensorflow.config.list_physical_devices("GPU")
except ImportError:
    print("no")
"""
    )
    assert ended.stdout.strip() == "no"


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_process_that_has_it_already_keeps_it(package, monkeypatch):
    real = object()
    monkeypatch.setitem(sys.modules, package, real)
    monkeypatch.setattr(sys, "meta_path", [])
    keep_out()
    assert sys.modules[package] is real
    assert sys.meta_path == []
