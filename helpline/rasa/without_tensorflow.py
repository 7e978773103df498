"""Stands in for TensorFlow and Keras, which Rasa imports and none of our components uses.

Rasa imports them for its neural components as soon as its registry of components is read, whatever the
configuration names, and so it could not start without 1.5 GB that are never used (docs/adr/0005). The names that this
module puts in their place can be subclassed and written in signatures, which is all that reading Rasa's modules takes;
whoever really calls one of them gets an error that says what to do.

The engine leaves out more in the same way (`UNUSED_BY_ENGINE`): what Rasa imports for channels, stores and questions of
its own command line, and what only training takes. All of it is installed, and the engine never calls it. That is worth
80 MB.

Every Python of the project's environment begins with a line that `scripts/setup.py` writes there: where TensorFlow is
not installed, it asks `find_spec` here. `keep_out` does the same where it is installed.
"""

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any

PACKAGES = frozenset({"tensorflow", "keras"})
UNUSED_BY_ENGINE = frozenset(
    {
        # channels, servers and stores of Rasa's own
        "aiogram", "apscheduler", "boto3", "fbmessenger", "jwt", "mattermostwrapper", "pymongo", "redis",
        "rocketchat_API", "sanic", "sanic_cors", "sanic_jwt", "slack_sdk", "socketio", "twilio", "webexteamssdk",
        # command lines, reports to Rasa, charts, languages' names, versions of packages
        "google.auth", "google.oauth2", "jinja2", "langcodes", "matplotlib", "networkx", "packaging.requirements",
        "prompt_toolkit", "questionary", "requests", "sentry_sdk", "spacy.cli", "urllib3",
        # training, and mathematics that only it takes
        "joblib", "scipy.interpolate", "scipy.optimize", "scipy.stats", "sklearn.linear_model",
        "sklearn.model_selection", "sklearn.neural_network",
    }
)  # fmt: skip


class LeftOutError(ImportError):
    """Something needs a package in a process that runs without it."""


class _Name(type):
    """The type of every name in the modules left out: a class whose attributes are such classes."""

    def __getattr__(cls, name: str) -> "_Name":
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(name, (), {})

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise LeftOutError(
            f"{cls.__name__} is of a package that this process does without, such as TensorFlow "
            "(helpline/rasa/without_tensorflow.py). Take the component that needs it out of config.yml."
        )


class _Module(ModuleType):
    def __getattr__(self, name: str) -> _Name:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(name, (), {})


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, packages: frozenset[str] = PACKAGES) -> None:
        self._packages = packages

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if not any(fullname == package or fullname.startswith(f"{package}.") for package in self._packages):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module empty."""


def keep_out() -> None:
    """Keep TensorFlow out of this process though it may be installed; to be called before Rasa is imported.

    A second call changes nothing, nor does one in a process that has loaded it already.
    """
    if not PACKAGES & sys.modules.keys() and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def keep_out_of_engine() -> None:
    """Keep out of this process what the engine never calls as well; to be called before Rasa is imported."""
    keep_out()
    sys.meta_path.insert(0, _Finder(UNUSED_BY_ENGINE))


def find_spec(name: str) -> importlib.machinery.ModuleSpec | None:
    """Return how the stand-in for one of `PACKAGES` is loaded, and stand in for its submodules from now on.

    To be asked when nothing else has found the package. Returns None for any other name.
    """
    keep_out()
    return _Finder().find_spec(name, None)
