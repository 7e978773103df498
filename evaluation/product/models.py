"""Models that are made from the trained one: another file that answers alike, and one that must not be served."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

Change = Callable[[str, bytes], bytes]


def rewritten_model(model: Path, to: Path, change: Change = lambda _name, content: content) -> Path:
    """Copy a model, with its files changed by a function of name and content; without one it answers as before."""
    with tarfile.open(model) as old, tarfile.open(to, "w:gz", compresslevel=1) as new:
        for member in old.getmembers():
            file = old.extractfile(member)
            if file is None:
                new.addfile(member)
                continue
            content = change(member.name, file.read())
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return to


def silent_in_a_crisis(name: str, content: bytes) -> bytes:
    """Take away what is said to somebody who wants to die, as a change of `rewritten_model`."""
    of_domain = name.endswith(("domain.yml", "metadata.json"))
    return content.replace(b"utter_crisis/self", b"utter_crisis/sealed") if of_domain else content
