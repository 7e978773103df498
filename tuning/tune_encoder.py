"""`make tune-encoder`: tunes the encoder on the training messages, measures it, and keeps it if it is better.

A larger encoder is tuned first, and teaches the one that the product uses: that takes hours. `make tune-further` takes
twenty minutes (an hour where the processor has no AVX-512), and tunes the kept encoder further, so that it knows the
messages that have come since.
One message in six is left out of all tuning (`helpline.nlu.reserved`): they and the development set measure it.
What is kept is ``assets/encoder/``: the model, the tokenizer, their hashes and the model card.
"""

import argparse
import hashlib
import platform
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from evaluation.understanding.messages import labelled, training_examples
from helpline.nlu.intent.linear_model import fitted_weights
from helpline.nlu.reserved import is_reserved
from helpline.nlu.sentence_encoder import shared_encoder
from helpline.settings import ROOT
from helpline.text.encoder_files import FOLDER, HASHES, MODEL, TOKENIZER, encoder_hashes
from helpline.text.mending import mended
from tuning.distilling import DistillingOptions, distil
from tuning.export import export
from tuning.further import FurtherOptions, tune_further
from tuning.kept_weights import kept_student
from tuning.network import SentenceNetwork
from tuning.taught_texts import follow_ups_alone, no_follow_ups, texts_to_teach
from tuning.training import TuningOptions, tune
from tuning.weights import STUDENT, TEACHER_PARTS, untuned_student, untuned_teacher

CARD = "MODEL_CARD.md"
# Weights of the last run, so that they need not be learned again to be exported.
WEIGHTS = ROOT / "var" / "encoder-weights.pt"
# Arithmetic on another number of threads rounds otherwise.
_THREADS = 2
# What the card says of how the weights came about.
_THIS_RUN = """The same data, seed and number of
threads give the same weights on the same kind of processor."""
_EARLIER_RUN = """The weights
are those of an earlier run of these steps; another run gives weights that differ a little."""
_DEVELOPMENT = ROOT / "tests" / "nlu" / "development" / "strangers_topics.jsonl"
_C = 1.0
_STEPS = 60
_FIRST = 3


@dataclass(frozen=True)
class Share:
    """Of how many messages which part was right at first place, and within the first three places."""

    messages: int
    right: float
    within_three: float

    def __str__(self) -> str:
        return f"{self.right:.1%}, {self.within_three:.1%}"


def main() -> None:
    """Tune, export, measure, and replace the kept encoder where the new one is better."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--further", action="store_true", help="tune the kept encoder further")
    arguments.add_argument("--weights", type=Path, help="weights of an earlier run, instead of tuning")
    chosen = arguments.parse_args()
    torch.set_num_threads(_THREADS)
    messages = training_examples()
    examples = [(each.intent, mended(each.text), is_reserved(each.text)) for each in messages]
    tuned_on = [(intent, text) for intent, text, reserved in examples if text and not reserved]
    kept = _measured(shared_encoder().encode, examples)
    if chosen.further:
        network, how = kept_student(FurtherOptions().tuned_layers), _tuned_further()
        before = kept
    else:
        network, how = untuned_student(DistillingOptions().tuned_layers), _taught_by_a_larger_one()
        before = _measured(network.encode, examples)
    if chosen.weights is not None:
        network.transformer.load_state_dict(torch.load(chosen.weights))
    elif chosen.further:
        options = FurtherOptions()
        texts, labels = _evened(tuned_on, options)
        behind = no_follow_ups(messages)
        texts, labels = [*texts, *(text for _, text in behind)], [*labels, *(leaf for leaf, _ in behind)]
        tune_further(network, texts, labels, follow_ups_alone(messages), options)
    else:
        _teach(network, tuned_on)
    if chosen.weights is None:
        WEIGHTS.parent.mkdir(exist_ok=True)
        torch.save(network.transformer.state_dict(), WEIGHTS)
    after = _measured(network.encode, examples)
    for name, share in after.items():
        print(f"{name}, {share.messages}: {before[name]} before, {kept[name]} as kept, {share} tuned")
    if _all_right(kept) > _all_right(after):
        sys.exit("The kept encoder is better; it stays.")
    digest = hashlib.sha256("\n".join(f"{intent}\t{text}" for intent, text in tuned_on).encode()).hexdigest()
    run = _EARLIER_RUN if chosen.weights else _THIS_RUN
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        export(network, folder)
        hashes = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}" for name in (MODEL, TOKENIZER)]
        (folder / HASHES).write_text("\n".join(hashes) + "\n", encoding="utf-8")
        (folder / CARD).write_text(_card(how, len(tuned_on), digest, before, after, run), encoding="utf-8")
        shutil.copytree(folder, FOLDER, dirs_exist_ok=True)
    print(f"{FOLDER} holds the new encoder. Train the product's model again.")


def _teach(network: SentenceNetwork, tuned_on: list[tuple[str, str]]) -> None:
    """Tune the larger encoder, and teach the network what it makes of messages."""
    tuning, distilling = TuningOptions(), DistillingOptions()
    labels, texts = [intent for intent, _ in tuned_on], [text for _, text in tuned_on]
    taught = texts_to_teach(texts, labels, distilling.seed)
    with untuned_teacher(tuning.tuned_layers) as teacher:
        heads = tune(teacher, *_evened(tuned_on, tuning), tuning)
        vectors = teacher.encode(taught, half=True)
    distil(network, vectors, heads, taught, labels, distilling)


def _evened(tuned_on: list[tuple[str, str]], options: TuningOptions | FurtherOptions) -> tuple[list[str], list[str]]:
    """Return messages and their leaf intents, of each leaf intent so many at most."""
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    texts, labels = list[str](), list[str]()
    for leaf in sorted({intent for intent, _ in tuned_on}):
        messages = [text for intent, text in tuned_on if intent == leaf]
        chosen = chance.sample(messages, min(len(messages), options.most_of_a_leaf))
        texts += chosen
        labels += [leaf] * len(chosen)
    return texts, labels


def _all_right(shares: Mapping[str, Share]) -> float:
    return sum(share.right * share.messages for share in shares.values())


def _measured(encode: Callable[[list[str]], np.ndarray], examples: list[tuple[str, str, bool]]) -> dict[str, Share]:
    """Return how a linear classifier on the vectors alone does on messages that tuning did not see."""
    intents, texts, reserved = zip(*examples, strict=True)
    vectors = encode(list(texts))
    labels, targets = np.unique(intents, return_inverse=True)
    left_out = np.array(reserved)
    weights = fitted_weights(vectors[~left_out], targets[~left_out], len(labels), C=_C, max_iter=_STEPS)

    def share(rows: np.ndarray, right: np.ndarray) -> Share:
        order = labels[np.argsort(-(rows @ weights[:-1] + weights[-1]), axis=1)]
        within = (order[:, :_FIRST] == right[:, None]).any(axis=1)
        return Share(len(right), round(float((order[:, 0] == right).mean()), 4), round(float(within.mean()), 4))

    development = [(each.expect[0], mended(each.text)) for each in labelled(_DEVELOPMENT)]
    rows = encode([text for _, text in development])
    return {
        "reserved training messages": share(vectors[left_out], labels[targets[left_out]]),
        "development set": share(rows, np.array([intent for intent, _ in development])),
    }


def _taught_by_a_larger_one() -> str:
    """Return what the card says of an encoder that a larger one taught."""
    return f"""- **Base**: all-MiniLM-L6-v2 with full weights, from the package `{STUDENT}`. Licence: Apache 2.0.
- **Teacher**: all-mpnet-base-v2, from the packages `{TEACHER_PARTS[0]}` to `{TEACHER_PARTS[-1]}`. Licence: Apache 2.0.
- **How the teacher was tuned**: {_settings(TuningOptions())}
- **How this encoder was taught**: {_settings(DistillingOptions())}"""


def _tuned_further() -> str:
    """Return what the card says of an encoder that the kept one was tuned to."""
    return f"""- **Base**: the encoder that was kept before: all-MiniLM-L6-v2, taught by a tuned all-mpnet-base-v2.
  Licence of both: Apache 2.0. SHA-256 of its model: `{encoder_hashes()[MODEL]}`.
  Its card is in this file's history.
- **How it was tuned further**: {_settings(FurtherOptions())}"""


def _settings(options: TuningOptions | DistillingOptions | FurtherOptions) -> str:
    return ", ".join(f"`{name}` {value}" for name, value in asdict(options).items())


def _card(how: str, count: int, digest: str, before: dict[str, Share], after: dict[str, Share], run: str) -> str:
    rows = [f"| {name} ({share.messages}) | {before[name]} | {share} |" for name, share in after.items()]
    return f"""# The sentence encoder

all-MiniLM-L6-v2, tuned on this project's training messages; int8 ONNX, 384 numbers a text, English, at most 128 word
pieces. `make tune-encoder` and `make tune-further` write this folder; nothing else changes it.

- **For**: telling apart what visitors of this helpline's chat mean. For nothing else: it was tuned on that.
{how}
- **Data**: {count} messages of `data/`, written by hand for this project; no visitor's words. One message in six was
  left out. SHA-256 of intents and messages: `{digest}`.
- **Tuned**: Python {platform.python_version()}, PyTorch {torch.__version__}, {_THREADS} threads.

Right at first place, and within the first three, of messages that the tuning did not see; a linear classifier on the
vectors alone, over all leaf intents:

| | the base | tuned |
|---|---|---|
{chr(10).join(rows)}

**Limits**: it was told which messages belong together, and it cannot tell what no message spoke of. How likely an
intent is says nothing on danger: `helpline/nlu/danger/` has a score of its own. {run}
"""


if __name__ == "__main__":
    main()
