"""What our training reads is what Rasa reads, example for example."""

from pathlib import Path

import pytest
from rasa.shared.exceptions import YamlException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from helpline.rasa.quick_training_data import quick_training_data

DOMAIN = """
version: "3.1"
intents: [greet, faq]
actions: [action_default_fallback]
"""
TOPICS = """
version: "3.1"
nlu:
- intent: faq/ned
  examples: |
    - what is [NED](term)
    - "what is [NED](term)"
    - what is NED
responses:
  utter_faq/ned:
  - text: No evidence of disease.
"""
CONVERSATION = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi
    - hello
- synonym: no evidence of disease
  examples: |
    - NED
"""
RULES = """
version: "3.1"
rules:
- rule: greet back
  steps:
  - intent: greet
  - action: action_default_fallback
"""


def read(folder: Path) -> tuple[str, list[tuple[str, str]], str]:
    importer = TrainingDataImporter.load_from_config(
        str(folder / "config.yml"), str(folder / "domain.yml"), [str(folder / "data")]
    )
    domain, nlu = importer.get_domain(), importer.get_nlu_data()
    order = [(each.get("intent"), each.get("text")) for each in nlu.training_examples]
    return nlu.fingerprint(), order, domain.fingerprint()


def test_the_same_examples_are_read_in_the_same_order(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    files = {"domain.yml": DOMAIN, "data/t.yml": TOPICS, "data/c.yml": CONVERSATION, "data/r.yml": RULES}
    for name, text in {**files, "config.yml": "recipe: default.v1\nlanguage: en\n"}.items():
        (tmp_path / name).write_text(text)
    with quick_training_data():
        quickly = read(tmp_path)
    assert quickly == read(tmp_path)
    assert ("greet", "hello") in quickly[1]


def test_afterwards_rasa_reads_as_ever() -> None:
    before = RasaFileImporter.get_nlu_data, TrainingData.merge, TrainingData.sanitize_examples
    with quick_training_data():
        assert TrainingData.merge is not before[1]
    assert (RasaFileImporter.get_nlu_data, TrainingData.merge, TrainingData.sanitize_examples) == before


@pytest.mark.parametrize(
    ("wrong", "said"), [("- intent: [greet]\n", "t.yml:4"), ("- intent: greet\n  intent: greet\n", "line 5")]
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(tmp_path: Path, wrong: str, said: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "domain.yml").write_text(DOMAIN)
    (tmp_path / "config.yml").write_text("recipe: default.v1\nlanguage: en\n")
    (tmp_path / "data" / "t.yml").write_text(f'version: "3.1"\nnlu:\n\n{wrong}')
    with quick_training_data(), pytest.raises(YamlException) as problem:
        read(tmp_path)
    assert said in str(problem.value)
