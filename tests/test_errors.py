"""All errors of this project stand in one tree, so that the command line can tell them from faults."""

import ast
from pathlib import Path

import pytest

from helpline.cli import main
from helpline.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
# An import that fails has to be an ImportError; a key that stands twice is an error of the YAML reader.
OF_OTHERS = {"TensorFlowLeftOutError", "_DuplicateKeyError"}


def test_no_class_derives_from_exception_beside_the_tree():
    found = []
    for folder in ("helpline", "actions"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "errors.py":
                classes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
                bases = {each.name: {getattr(base, "id", "") for base in each.bases} for each in classes}
                found += [name for name, names in bases.items() if names & {"Exception", "ValueError", "RuntimeError"}]
    assert set(found) <= OF_OTHERS


def test_the_command_line_says_an_error_in_one_sentence(monkeypatch, capsys):
    def fail():
        raise SettingsError("HELPLINE_LOG_LEVEL: must be DEBUG, INFO, WARNING or ERROR")

    monkeypatch.setattr(main, "commands", fail)
    with pytest.raises(SystemExit, match="1"):
        main.app()
    assert capsys.readouterr().err == "HELPLINE_LOG_LEVEL: must be DEBUG, INFO, WARNING or ERROR\n"
