"""The training process: Rasa's own training, without TensorFlow.

A process of its own, because Rasa prints and exits as it likes.
"""

import gc
import logging
import sys
from pathlib import Path

from helpline.rasa.without_tensorflow import keep_out


def main(model: str) -> None:
    """Train the model.

    Args:
        model: File for Rasa's model, ending in ``.tar.gz``.
    """
    # Nearly all that is read stays to the end: to look through it for what could go took a tenth of the time.
    gc.disable()
    keep_out()
    from rasa.model_training import train
    from rasa.utils.log_utils import configure_structlog

    from helpline.nlu.kept_vectors import kept_vectors
    from helpline.rasa.kept_model import packed_quickly
    from helpline.rasa.parallel_training import parallel_training
    from helpline.rasa.quick_training_data import quick_training_data
    from helpline.rasa.without_cache import without_cache
    from helpline.settings import ROOT, VAR

    # Unless told otherwise, Rasa prints each state of each rule.
    configure_structlog(logging.WARNING)
    target = Path(model)
    with (
        quick_training_data(),
        without_cache(),
        parallel_training(),
        kept_vectors(VAR / "vectors"),
        packed_quickly(),
    ):
        result = train(
            domain=str(ROOT / "domain.yml"),
            config=str(ROOT / "config.yml"),
            training_files=str(ROOT / "data"),
            output=str(target.parent),
            fixed_model_name=target.name.removesuffix(".tar.gz"),
            force_training=True,
        )
    sys.exit(result.code)


if __name__ == "__main__":
    main(*sys.argv[1:])
