"""Every module of the product can be imported, on whichever Python these tests run."""

import importlib
import pkgutil

import pytest

import actions
import evaluation
import helpline

PACKAGES = (helpline, actions, evaluation)
MODULES = [one.name for root in PACKAGES for one in pkgutil.walk_packages(root.__path__, f"{root.__name__}.")]


@pytest.mark.parametrize("name", [name for name in MODULES if "migrations" not in name])
def test_a_module_can_be_imported(name):
    importlib.import_module(name)
