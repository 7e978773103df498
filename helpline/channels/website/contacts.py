"""Approved contacts that become links where a text names them."""

import logging
from pathlib import Path

import yaml

from helpline.channels.website.messages import Link

logger = logging.getLogger(__name__)


def load_links(path: Path) -> list[Link]:
    """Read the forms in which texts write phone numbers. A file that cannot be read costs the links, never the chat."""
    try:
        contacts = yaml.safe_load(path.read_text(encoding="utf-8"))["contacts"]
        return [Link(written, contact["tel"]) for contact in contacts.values() for written in contact["written"]]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError, AttributeError) as error:
        logger.error("The contacts in %s cannot be read (%s).", path.name, type(error).__name__)
        return []
