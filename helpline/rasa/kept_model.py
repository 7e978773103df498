"""Reads a trained model in a second less than Rasa does, and packs one in ten less.

The engine waits for the one each time it starts, and whoever trains for the other.

Rasa unpacks the archive twice, once to look whether a member would land outside of the folder, and checks the domain
against a schema, though it wrote that domain itself. Here each member is looked at as it is unpacked, and the domain is
read as it was written. What is read is the same (`tests/rasa/test_kept_model.py` compares them).
"""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest.mock import patch

from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_yaml_file

from helpline.errors import StartError

# How hard to look for what repeats itself, from 1 to 9. Most of a model are numbers, in which hardly anything does:
# with 9 it is a hundredth smaller.
_COMPRESSION = 6


class KeptModelStorage(LocalModelStorage):
    """Rasa's storage, unpacked in one pass."""

    @staticmethod
    def _extract_archive_to_directory(model_archive_path: str | Path, temporary_directory: Path) -> None:
        """Unpack a model.

        Args:
            model_archive_path: The model's file.
            temporary_directory: Where to.

        Raises:
            StartError: The archive holds something else than files and folders below its own.
            tarfile.TarError, EOFError: It is no archive, or cut off.
        """
        with tarfile.open(model_archive_path, "r|gz") as archive:
            for member in archive:
                _require_harmless(member, Path(model_archive_path))
                archive.extract(member, temporary_directory)


def _require_harmless(member: tarfile.TarInfo, archive: Path) -> None:
    name = Path(member.name)
    if not (member.isfile() or member.isdir()) or name.is_absolute() or ".." in name.parts:
        raise StartError(
            f"The model {archive.name} holds '{member.name}', which no training puts there, so it is not served. Train "
            "again with 'helpline train --force', or take the model from where it was made."
        )


@contextmanager
def packed_quickly() -> Iterator[None]:
    """Write archives with less of a search for what repeats itself while this is open."""
    with patch.object(tarfile.TarFile, "gzopen", partial(tarfile.TarFile.gzopen, compresslevel=_COMPRESSION)):
        yield


@contextmanager
def domain_as_written() -> Iterator[None]:
    """Read domains without a check while this is open: those that a training wrote."""
    with patch.object(Domain, "from_path", _written_domain):
        yield


def _written_domain(directory: Path) -> Domain:
    (file,) = directory.glob("*.yml")
    return Domain.from_dict(read_yaml_file(file))
