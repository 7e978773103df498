"""Settings of a product that runs as several processes on several machines, and of what its parts tell operators.

They are part of `helpline.settings.Settings`. On one machine none of them is needed.
"""

import re
from typing import Literal

from pydantic import BaseSettings, Field, validator

# A name or an address with a port, or the path of a Unix socket.
PLACE = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}|/[^\s,]+")
_NOT_A_PLACE = "must be a host and a port, such as engine:7000, or the path of a Unix socket"


class DeploymentSettings(BaseSettings):
    """Where the parts find each other, and what they write and count for operators."""

    engine_addresses: list[str] = Field(
        [],
        description="Deployment: where the engines are, such as engine:7000, or paths of Unix sockets, comma between. "
        "A name that leads to several addresses stands for as many engines. Empty: the one on this machine.",
    )
    actions_address: str | None = Field(
        None, description="Deployment: where the action server is, such as actions:7000. Unset: on this machine."
    )
    delivery_address: str | None = Field(
        None, description="Deployment: where the delivery process is, such as delivery:7000. Unset: on this machine."
    )
    part_address: str | None = Field(
        None,
        description="Deployment: where an engine, the action server or the delivery process listens for the other "
        "parts, such as 0.0.0.0:7000, on a network of your own alone. Unset: a socket on this machine.",
    )
    metrics_address: str | None = Field(
        None,
        description="Deployment: where this process gives its figures to Prometheus, such as 0.0.0.0:9100, on a "
        "network of your own alone. Unset: nowhere, and nothing is counted.",
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Whether a line of the logs is text for people, or JSON for programs."
    )

    @validator("engine_addresses", each_item=True)
    def _each_engine_has_a_place(cls, value: str) -> str:
        return _place(value)

    @validator("actions_address", "delivery_address", "part_address")
    def _a_part_has_a_place(cls, value: str | None) -> str | None:
        return _place(value) if value is not None else None

    @validator("metrics_address")
    def _figures_have_a_port(cls, value: str | None) -> str | None:
        if value is not None and (value.startswith("/") or not PLACE.fullmatch(value)):
            raise ValueError("must be an address and a port, such as 0.0.0.0:9100")
        return value


def _place(value: str) -> str:
    if not PLACE.fullmatch(value):
        raise ValueError(_NOT_A_PLACE)
    return value
