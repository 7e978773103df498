"""Rasa's default pipeline (DIET and response selectors), trained on the same data, for comparison.

Minutes of training, so it runs in a process of its own and keeps what it found:
``python -m helpline.evaluation.default_pipeline FILE``.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import yaml

from helpline.evaluation.messages import training_examples
from helpline.evaluation.systems import messages
from helpline.nlu.decision import DELIMITER, Ranking, group_of

# What `rasa init` writes in 3.6, with a selector for each group of answers as its documentation advises.
PIPELINE = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "random_seed": 42, "entity_recognition": False},
]


def main(target: str) -> None:
    """Train the default pipeline, read all held-out messages with it, and keep its rankings as JSON."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    examples = training_examples()
    groups = sorted({group_of(one.intent) for one in examples if DELIMITER in one.intent})
    selectors = [
        {"name": "ResponseSelector", "epochs": 100, "random_seed": 42, "retrieval_intent": group} for group in groups
    ]
    with tempfile.TemporaryDirectory() as folder:
        config, data, domain = (Path(folder) / name for name in ("config.yml", "nlu.yml", "domain.yml"))
        config.write_text(yaml.safe_dump({"recipe": "default.v1", "language": "en", "pipeline": PIPELINE + selectors}))
        labels = sorted({one.intent for one in examples})
        intents = [
            {"intent": label, "examples": "".join(f"- {one.text}\n" for one in examples if one.intent == label)}
            for label in labels
        ]
        answers = {f"utter_{label}": [{"text": label}] for label in labels if DELIMITER in label}
        data.write_text(yaml.safe_dump({"version": "3.1", "nlu": intents, "responses": answers}))
        domain.write_text(yaml.safe_dump({"version": "3.1", "intents": sorted({group_of(one) for one in labels})}))
        model = train_nlu(str(config), str(data), folder, domain=str(domain))
        if model is None:
            sys.exit("Rasa trained no model.")
        agent = Agent.load(model)
        texts = sorted({message.text for entries in messages().values() for message in entries})
        rankings = {text: _leaves(asyncio.run(agent.parse_message(text))) for text in texts}
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text(json.dumps(rankings), encoding="utf-8")


def _leaves(parsed: dict[str, object]) -> Ranking:
    """Return leaf intents: within a group of answers, the intent's confidence is shared out as its selector says."""
    ranking: Ranking = []
    selected: dict[str, dict[str, list[dict[str, object]]]] = parsed["response_selector"]  # type: ignore[assignment]
    intents: list[dict[str, object]] = parsed["intent_ranking"]  # type: ignore[assignment]
    for entry in intents:
        name, share = str(entry["name"]), float(str(entry["confidence"]))
        if name not in selected:
            ranking.append((name, share))
            continue
        for leaf in selected[name]["ranking"]:
            ranking.append((str(leaf["intent_response_key"]), share * float(str(leaf["confidence"]))))
    return sorted(ranking, key=lambda pair: -pair[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
