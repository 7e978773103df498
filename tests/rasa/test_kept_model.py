"""A model is read as Rasa reads it, and an archive that would write outside of its folder is not unpacked."""

import io
import tarfile
from pathlib import Path

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.domain_provider import DomainProvider

from helpline.errors import StartError
from helpline.rasa.kept_model import KeptModelStorage, domain_as_written, packed_quickly


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def domain_of(storage: LocalModelStorage) -> DomainProvider:
    return DomainProvider.load({}, storage, Resource("domain_provider"), None)


def test_what_is_read_is_what_rasa_reads(trained_model, tmp_path):
    read = []
    for kind in (LocalModelStorage, KeptModelStorage):
        folder = tmp_path / kind.__name__
        folder.mkdir()
        storage, metadata = kind.from_model_archive(folder, trained_model)
        read.append((storage, metadata, files_in(folder)))
    (rasas, rasas_metadata, rasas_files), (ours, ours_metadata, our_files) = read
    assert our_files == rasas_files
    assert len(our_files) > 10
    assert ours_metadata.as_dict() == rasas_metadata.as_dict()
    with domain_as_written():
        written = domain_of(ours).provide_inference()
    checked = domain_of(rasas).provide_inference()
    assert written.as_dict() == checked.as_dict()
    assert written.fingerprint() == checked.fingerprint()
    assert written.responses == checked.responses


def archive(folder: Path, name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> Path:
    path = folder / "bad.tar.gz"
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.size = kind, link, 0 if link else 2
    with tarfile.open(path, "w:gz") as made:
        made.addfile(member, None if link else io.BytesIO(b"no"))
    return path


@pytest.mark.parametrize(
    ("name", "kind", "link"),
    [
        ("../outside", tarfile.REGTYPE, ""),
        ("components/../../outside", tarfile.REGTYPE, ""),
        ("{folder}/outside", tarfile.REGTYPE, ""),
        ("components/link", tarfile.SYMTYPE, "/etc"),
        ("components/link", tarfile.LNKTYPE, "../outside"),
    ],
)
def test_what_no_training_puts_into_a_model_is_not_unpacked(tmp_path, name, kind, link):
    place = tmp_path / "model"
    place.mkdir()
    bad = archive(tmp_path, name.format(folder=tmp_path), kind, link)
    with pytest.raises(StartError, match=r"The model bad.tar.gz holds '.*', which no training puts there"):
        KeptModelStorage.from_model_archive(place, bad)
    assert not (tmp_path / "outside").exists()
    assert files_in(place) == {}


def test_what_is_packed_quickly_is_the_same(tmp_path):
    def packed(name: str) -> Path:
        path = tmp_path / name
        with tarfile.open(path, "w:gz") as made:
            made.add(Path(__file__), "a file")
        return path

    with packed_quickly():
        quick = packed("quick.tar.gz")
    slow = packed("slow.tar.gz")
    assert [quick.read_bytes()[8], slow.read_bytes()[8]] == [0, 2]  # the second says that all was tried
    with tarfile.open(quick) as ours, tarfile.open(slow) as theirs:
        assert ours.extractfile("a file").read() == theirs.extractfile("a file").read() == Path(__file__).read_bytes()
