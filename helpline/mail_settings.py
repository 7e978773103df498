"""Settings of the e-mail that goes out: to volunteers, to visitors who chose it, to staff for what is urgent.

They are part of `helpline.settings.Settings`. Without a server no e-mail is sent.
"""

import re
from email.utils import parseaddr
from typing import Literal

from pydantic import BaseSettings, Field, SecretStr, validator

# An address of our own, which an operator types; those of other people are read in helpline/forms/email_addresses.py.
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class MailSettings(BaseSettings):
    """The server that takes our mails, who they are from, and what signs the links in them."""

    mail_host: str | None = Field(
        None, description="E-mail: the SMTP server that takes our mails, such as smtp.example.org. Unset: no e-mail."
    )
    mail_port: int | None = Field(
        None, ge=1, le=65535, description="E-mail: its port. Unset: 587 for starttls, 465 for tls, 25 for none."
    )
    mail_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="E-mail: starttls, tls (from the first byte), or none, which a server on this machine or a network "
        "of your own may have.",
    )
    mail_user: str | None = Field(None, description="E-mail: the name that we sign in with. Unset: without.")
    mail_password: SecretStr | None = Field(None, description="E-mail: the password that goes with the name.")
    mail_sender: str | None = Field(
        None,
        description="E-mail: who our mails are from, such as 'The helpline <helpline@example.org>'. A name without an "
        "illness in it shows less on a screen that others see.",
    )
    mail_reply_to: str | None = Field(None, description="E-mail: where answers to our mails go. Unset: to the sender.")
    mail_staff: list[str] = Field(
        [], description="E-mail: addresses of staff who hear of what is urgent, comma between. Empty: nobody."
    )
    link_secret: str | None = Field(
        None, min_length=32, description="Secret that signs the links in mails; made under var/ if unset."
    )

    @validator("mail_host")
    def _name_of_the_mail_server(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9.-]+|[0-9a-fA-F:]+", value):
            raise ValueError("must be a name or an address alone, such as smtp.example.org")
        return value

    @validator("mail_sender", "mail_reply_to")
    def _who_mails_are_from(cls, value: str | None) -> str | None:
        if value is not None and not (value.isprintable() and MAIL_ADDRESS.fullmatch(parseaddr(value)[1])):
            raise ValueError("must be an address such as helpline@example.org, or 'The helpline <a@example.org>'")
        return value

    @validator("mail_staff", each_item=True)
    def _addresses_of_staff(cls, value: str) -> str:
        if not MAIL_ADDRESS.fullmatch(value):
            raise ValueError("must be addresses such as anna@example.org, comma between")
        return value
