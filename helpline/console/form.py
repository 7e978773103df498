"""Reads what a page sends, and the base of its forms.

Pages send plain form fields and no files, so the standard library reads them: nothing else parses what comes in.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.datastructures import FormData
from starlette.requests import Request
from wtforms import Field, Form

from helpline.errors import HelplineError

LONGEST_BODY = 64 * 1024
MOST_FIELDS = 100


class FormError(HelplineError):
    """The body of a request is no form. ``status`` is that of the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def read_form(request: Request, longest: int = LONGEST_BODY) -> FormData:
    """Read the fields of a request.

    Args:
        request: It.
        longest: Longest body, in bytes.

    Raises:
        FormError: It is too long, or no form.
    """
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind and kind != "application/x-www-form-urlencoded":
        raise FormError(415, "The console only takes what its own pages send.")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > longest:
            raise FormError(413, "That is too long. Shorten it and send it again.")
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise FormError(400, "Something in it could not be read. Load the page again and try once more.") from None
    return FormData([(name, _clean(value)) for name, value in fields])


def _clean(value: str) -> str:
    """Drop what no database takes (the null character), and write line ends one way."""
    return value.replace("\x00", "").replace("\r\n", "\n")


class StaffForm(Form):
    """A form of the console."""

    def problems(self) -> list[tuple[Field, str]]:
        """Return each field that is wrong, with what is wrong about it, after ``validate``."""
        return [(field, str(message)) for field in self for message in _texts(field.errors)]


def _texts(errors: Iterable[object]) -> list[str]:
    return [str(error) for error in errors]
