"""The training process: the vocabulary for spaCy first, then Rasa's own training.

A process of its own, because Rasa prints and exits as it likes.
"""

import sys
from pathlib import Path


def main(vocabulary: str, model: str) -> None:
    """Build the vocabulary and train the model.

    Args:
        vocabulary: Directory for the spaCy pipeline.
        model: File for Rasa's model, ending in ``.tar.gz``.
    """
    from rasa.model_training import train

    from helpline.nlu.vocabulary import build
    from helpline.settings import ROOT

    build(Path(vocabulary))
    target = Path(model)
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
