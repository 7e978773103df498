"""Rasa's default pipeline (DIET and response selectors), trained on the same data, for comparison.

Hours of training, so it runs in a process of its own and keeps what it found:
``python -m evaluation.understanding.default_pipeline FILE EPOCHS``.
"""

import asyncio
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import yaml

from evaluation.benchmark.measurements import Cost, resident_megabytes
from evaluation.understanding.messages import training_examples
from evaluation.understanding.systems import messages
from helpline.nlu.intent.prediction import Ranking
from helpline.nlu.intents import DELIMITER, group_of

# What `rasa init` writes in 3.6, with a selector for each group of answers as its documentation advises.
FEATURIZERS = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]


def main(target: str, epochs: str) -> None:
    """Train the default pipeline, read all development messages with it, and keep what it made of them as JSON."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    examples = training_examples()
    groups = sorted({group_of(one.intent) for one in examples if DELIMITER in one.intent})
    trained = {"epochs": int(epochs), "random_seed": 42}
    pipeline = [
        *FEATURIZERS,
        {"name": "DIETClassifier", "entity_recognition": False, **trained},
        *({"name": "ResponseSelector", "retrieval_intent": group, **trained} for group in groups),
    ]
    with tempfile.TemporaryDirectory() as folder:
        config, data, domain = (Path(folder) / name for name in ("config.yml", "nlu.yml", "domain.yml"))
        config.write_text(yaml.safe_dump({"recipe": "default.v1", "language": "en", "pipeline": pipeline}))
        labels = sorted({one.intent for one in examples})
        intents = [
            {"intent": label, "examples": "".join(f"- {one.text}\n" for one in examples if one.intent == label)}
            for label in labels
        ]
        answers = {f"utter_{label}": [{"text": label}] for label in labels if DELIMITER in label}
        data.write_text(yaml.safe_dump({"version": "3.1", "nlu": intents, "responses": answers}))
        domain.write_text(yaml.safe_dump({"version": "3.1", "intents": sorted({group_of(one) for one in labels})}))
        started = time.process_time()
        model = train_nlu(str(config), str(data), folder, domain=str(domain))
        if model is None:
            sys.exit("Rasa trained no model.")
        seconds = time.process_time() - started
        agent = Agent.load(model)
        texts = sorted({message.text for entries in messages().values() for message in entries})
        rankings, milliseconds = {}, []
        for text in texts:
            started = time.perf_counter()
            parsed = asyncio.run(agent.parse_message(text))
            milliseconds.append((time.perf_counter() - started) * 1000)
            rankings[text] = _leaves(parsed)
    cost = Cost(seconds, milliseconds, resident_megabytes())
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text(json.dumps({"epochs": int(epochs), "cost": asdict(cost), "rankings": rankings}))


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
