"""Each test asks a process of its own: what was imported here before must not matter."""

import importlib.util
import subprocess
import sys

import pytest

from helpline.rasa.without_tensorflow import PACKAGES, keep_out
from helpline.settings import ROOT

BEGIN = "from helpline.rasa.without_tensorflow import keep_out; keep_out(); keep_out(); import sys; "


ALL_OF_RASA = """
import importlib, pkgutil, sys, rasa
for module in pkgutil.walk_packages(rasa.__path__, "rasa."):
    if module.name != "rasa.nlu.utils.hugging_face.registry":  # needs transformers, an extra of Rasa's
        importlib.import_module(module.name)
loaded = [str(getattr(module, "__file__", "")) for module in list(sys.modules.values())]
assert not any("site-packages/tensorflow" in path or "site-packages/keras" in path for path in loaded)
"""


def run(code, begin=BEGIN):
    return subprocess.run([sys.executable, "-c", begin + code], capture_output=True, text=True, timeout=120)


def test_rasa_and_all_its_components_load_without_it():
    ended = run(ALL_OF_RASA)
    assert ended.returncode == 0, ended.stderr[-2000:]


def test_they_load_in_any_python_of_the_environment():
    ended = run(ALL_OF_RASA, begin="")
    assert ended.returncode == 0, ended.stderr[-2000:]


def test_what_was_never_stood_in_for_is_missing_as_ever():
    assert "No module named 'tensorflow_hub'" in run("import tensorflow_hub", begin="").stderr


def test_one_that_is_installed_is_found_first(tmp_path):
    (tmp_path / "tensorflow.py").write_text("print('the real one')")
    ended = run(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import tensorflow", begin="")
    assert ended.stdout.strip() == "the real one"


def test_standing_in_costs_the_start_of_a_python_nothing():
    setup = importlib.util.spec_from_file_location("setup_script", ROOT / "scripts" / "setup.py")
    script = importlib.util.module_from_spec(setup)
    setup.loader.exec_module(script)
    ended = run("import sys; print('helpline' in sys.modules, 'typing' in sys.modules)", begin="")
    assert ended.stdout.strip() == "False False"
    before, loaded = list(sys.meta_path), set(sys.modules)
    try:
        exec(script.FIRST_LINES["rasa_without_tensorflow.pth"], {})
        exec(script.FIRST_LINES["numpy_on_this_processor.pth"], {})
        assert set(sys.modules) == loaded
    finally:
        sys.meta_path[:] = before


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
