"""The replies that the front door gives by itself are those of the engine, word for word."""

import pytest
import yaml

from helpline.errors import ContentError
from helpline.safety.dangers import DANGER_LEAVES
from helpline.safety.replies import SOURCE, danger_replies


def test_each_leaf_has_the_text_of_its_response():
    responses = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))["responses"]
    assert danger_replies() == {leaf: responses[f"utter_{leaf}"][0]["text"] for leaf in DANGER_LEAVES}


@pytest.mark.parametrize("texts", [[], [{"text": "one"}, {"text": "another"}], [{"buttons": []}]])
def test_a_leaf_without_one_text_is_refused(tmp_path, texts):
    responses = {f"utter_{leaf}": [{"text": "call"}] for leaf in DANGER_LEAVES} | {"utter_violence": texts}
    (tmp_path / "safety.yml").write_text(yaml.safe_dump({"responses": responses}))
    with pytest.raises(ContentError, match="utter_violence"):
        danger_replies(tmp_path / "safety.yml")
