from pathlib import Path

from helpline.content.response_names import ResponseName, names_in_python, names_in_yaml
from helpline.content.source import read_source


def test_names_in_strings_and_names_put_together_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions/tea.py").write_text(
        '"""Utters utter_tea."""\n'
        'PLAIN = "utter_tea"\n'
        'JOINED = f"utter_tea_{kind}"\n'
        'GROUP = "utter_faq/"\n'
        'MIDDLE = f"utter_{kind}_saved"\n'
        'ANY = f"utter_{kind}"\n'
        'KEY = "utter_action"\n'
        'IN_TEXT = "says utter_tea"\n'
        "dispatcher.utter_message(response=PLAIN, sugar=1)\n"
    )

    names, given = names_in_python(tmp_path)

    assert sorted((name.name, name.line) for name in names) == [
        ("utter_*_saved", 5),
        ("utter_faq/*", 4),
        ("utter_tea", 2),
        ("utter_tea_*", 3),
    ]
    assert given == {"response", "sugar"}


def test_names_in_yaml_are_found_at_any_depth_but_not_where_they_are_defined(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(
        "rules:\n"
        "  - rule: Tea is offered\n"
        "    steps:\n"
        "      - intent: tea\n"
        "      - action: utter_tea\n"
        "responses:\n"
        "  utter_tea:\n"
        "    - text: utter_coffee\n"
    )
    content, problems = read_source(tmp_path, path)

    assert problems == []
    assert list(names_in_yaml(content, "rules.yml")) == [ResponseName("utter_tea", "rules.yml", 5)]
