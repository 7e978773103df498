"""How the classifier grows: with training messages, and with topics.

What else a turn costs knows nothing of topics: to rules and policies all of them are one intent.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from evaluation.understanding.classifier import Classifier, classifier_options
from evaluation.understanding.embeddings import Embeddings
from evaluation.understanding.messages import Example, training_examples
from helpline.text.normalising import normalised

_TOPIC = "faq/"


@dataclass(frozen=True)
class Growth:
    """How far it is measured.

    Attributes:
        shares: Of each intent's training messages one in so many is taken.
        topics: So many topics there are, with all messages.
        messages: So many messages are read.
    """

    shares: tuple[int, ...] = (4, 2)
    topics: tuple[int, ...] = (50, 200)
    messages: int = 300


def measure_growth(growth: Growth, texts: Sequence[str]) -> dict[str, float]:
    """Train on fewer messages and on more topics, and read messages with what was trained.

    Args:
        growth: How far it is measured.
        texts: What is read.
    """
    examples = training_examples()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        embeddings = Embeddings(Path(folder))
        read = [normalised(text) for text in texts[: growth.messages]]
        embeddings.encode(read)
        topics = len({each.intent for each in examples if each.intent.startswith(_TOPIC)})
        # They are sorted by intent, so of each intent the same share is taken.
        trained_on = [(topics, list(examples[::every])) for every in growth.shares]
        trained_on += [(count, list(_with_topics(count, examples))) for count in growth.topics]
        for count, some in trained_on:
            what = f"{count} topics, {len(some):,} training messages"
            figures |= _measured(what, some, embeddings, read)
    return figures


def _with_topics(count: int, examples: Sequence[Example]) -> Iterator[Example]:
    """Yield the messages of so many topics, and of all that is no topic.

    Where there are fewer, topics stand twice, the second time with a word more in each message that is the topic's own.
    """
    topics = list(dict.fromkeys(each.intent for each in examples if each.intent.startswith(_TOPIC)))
    for each in examples:
        if not each.intent.startswith(_TOPIC):
            yield each
            continue
        for copy in range(topics.index(each.intent), count, len(topics)):
            again = copy // len(topics)
            name, text = f"{each.intent}_{again}", f"{each.text} {'mirror' * again}{topics.index(each.intent)}"
            yield Example(name, text, each.path) if again else each


def _measured(what: str, examples: Sequence[Example], embeddings: Embeddings, texts: Sequence[str]) -> dict[str, float]:
    embeddings.encode([normalised(each.text) for each in examples])
    began = time.process_time()
    classifier = Classifier.trained(
        [each.text for each in examples], [each.intent for each in examples], classifier_options(), embeddings
    )
    trained = time.process_time() - began
    milliseconds = []
    for text in texts:
        began = time.process_time()
        classifier.rankings([text])
        milliseconds.append((time.process_time() - began) * 1000)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        classifier.model.save(Path(folder) / "model.npz")
        classifier.ngrams.save(Path(folder) / "ngrams.json")
        kept = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
    return {
        f"{what}, training of the classifier (s of CPU)": trained,
        f"{what}, the classifier's files (MB)": kept,
        f"{what}, CPU of ranking a message (ms)": median(milliseconds),
    }
