"""The approved contacts of content/contacts.yml, for whatever runs: links, whose number it is, what is not redacted.

Whether the file is complete, and which answers hold which number, is for helpline/content/ledger.py.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from helpline.errors import ContentError
from helpline.settings import ROOT

CONTACTS = "content/contacts.yml"


@dataclass(frozen=True)
class ApprovedContact:
    """A number that answers may hold.

    Attributes:
        tel: What a telephone dials, such as ``tel:+18887535222``.
        written: The forms in which texts write it, the preferred one first.
    """

    tel: str
    written: tuple[str, ...]

    @property
    def national_number(self) -> str:
        """The digits, without the country code of the U.S."""
        return self.tel.removeprefix("tel:").removeprefix("+1")


@cache
def approved_contacts(root: Path = ROOT) -> tuple[ApprovedContact, ...]:
    """Return the approved contacts of a project. Its file is read once in a process.

    Raises:
        ContentError: The file is missing, or is not as it should be.
    """
    try:
        entries = yaml.safe_load((root / CONTACTS).read_text(encoding="utf-8"))["contacts"].values()
        return tuple(ApprovedContact(str(each["tel"]), tuple(map(str, each["written"]))) for each in entries)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError, AttributeError) as error:
        raise ContentError(f"{CONTACTS} cannot be read ({type(error).__name__}).") from None
