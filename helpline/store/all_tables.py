"""Every table of the store, and each as the database holds it: what is encrypted is a token there.

For what goes through all of it, whatever it is about: rotating keys, backing up, answering who asks what is held.
"""

from typing import Any

from sqlalchemy import LargeBinary, Text, column, table

import helpline.store.draft_tables
import helpline.store.flow_tables
import helpline.store.mail_tables
import helpline.store.messaging_tables
import helpline.store.queue_tables
import helpline.store.review_tables
import helpline.store.staff_tables
import helpline.store.volunteer_tables  # noqa: F401 -- all add their tables to Base
from helpline.store.columns import EncryptedBytes, EncryptedList, EncryptedText
from helpline.store.tables import Base

_DIGEST = "_digest"


def all_tables() -> list[Any]:
    """Return every table, each after those that it refers to."""
    return list(Base.metadata.sorted_tables)


def raw_table(of: Any) -> Any:
    """Return a table whose encrypted columns hold their tokens."""
    return table(of.name, *(column(each.name, _raw_type(each.type)) for each in of.columns))


def primary_key(of: Any) -> str:
    """Return the name of a table's primary key, which is one column in all of them."""
    (key,) = of.primary_key.columns
    return str(key.name)


def encrypted_columns(of: Any) -> list[str]:
    """Return the names of the columns that are encrypted."""
    return [each.name for each in of.columns if isinstance(each.type, EncryptedText | EncryptedList | EncryptedBytes)]


def digest_columns(of: Any) -> list[str]:
    """Return the names of the columns that are keyed digests. Each ends so, and no other does."""
    return [each.name for each in of.columns if each.name.endswith(_DIGEST)]


def _raw_type(kind: Any) -> Any:
    if isinstance(kind, EncryptedText | EncryptedList):
        return Text()
    return LargeBinary() if isinstance(kind, EncryptedBytes) else kind
