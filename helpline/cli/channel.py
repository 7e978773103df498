"""`helpline channel`: the conversation in the terminal as a messaging channel would show it."""

from contextlib import ExitStack
from typing import Annotated, Any

import typer
from rich.box import ROUNDED
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from helpline.channels.capabilities import CHANNELS, EXAMPLE_NUMBER, Capabilities
from helpline.channels.layout import load_channel_wording, size
from helpline.channels.messages import Choice, OutboundMessage
from helpline.channels.rehearsal import Rehearsal
from helpline.channels.text_message import segments
from helpline.cli.chat import typed_lines
from helpline.cli.migrate import migrate_embedded
from helpline.cli.progress import timed
from helpline.cli.run import USUAL_START_SECONDS
from helpline.cli.train import train
from helpline.errors import AssistantError
from helpline.processes import model
from helpline.processes.assistant_client import AssistantClient
from helpline.processes.supervisor import running
from helpline.safety.detector import PatternDetector
from helpline.settings import load_settings

screen = Console(highlight=False, soft_wrap=False)

BUBBLE = 44


def channel(
    name: Annotated[str, typer.Argument(help=f"The channel: {', '.join(CHANNELS)}.")] = "sms",
) -> None:
    """Talk to the assistant as on a messaging channel: its lengths, its choices, its words."""
    if name not in CHANNELS:
        raise typer.BadParameter(f"There is no channel {name!r}; there are {', '.join(CHANNELS)}.")
    settings = load_settings()
    migrate_embedded(settings)
    train(force=False)
    with ExitStack() as resources:
        with timed("Starting the assistant", USUAL_START_SECONDS) as tick:
            supervisor = resources.enter_context(running(settings, tick))
        client = resources.enter_context(AssistantClient.of(supervisor))
        detector = PatternDetector.from_model(model.MODEL)
        screen.print(_explained(CHANNELS[name]), style="dim")
        converse(rehearsal_of(client, name, detector), CHANNELS[name])


def rehearsal_of(client: AssistantClient, name: str, detector: PatternDetector | None = None) -> Rehearsal:
    """Begin a conversation on a channel with the running assistant.

    Args:
        client: A client of the engine.
        name: The channel's name.
        detector: What the front door finds danger with; without one nothing is found before the turn.
    """
    conversation, capabilities = client.converse(), CHANNELS[name]
    known = {"phone_number": EXAMPLE_NUMBER} if capabilities.knows_number else {}

    def take(*, text: str | None, button: str | None) -> dict[str, Any]:
        said = {key: value for key, value in (("text", text), ("button", button)) if value is not None}
        return vars(client.take_turn(conversation.sender, channel=name, **known, **said))

    def danger(text: str) -> bool:
        return detector is not None and detector.danger(text) is not None

    return Rehearsal(take, name, capabilities, load_channel_wording(), danger)


def converse(rehearsal: Rehearsal, capabilities: Capabilities) -> None:
    """Read lines until the end of the input, and show what comes back."""
    on_offer: list[Choice] = []
    for line in typed_lines(screen):
        try:
            sent = answered(rehearsal, line, on_offer)
        except AssistantError as error:
            screen.print(f"[red]No reply: {error}.[/red] The logs are in var/log/.")
            continue
        on_offer = show(sent, capabilities)


def answered(rehearsal: Rehearsal, line: str, on_offer: list[Choice]) -> tuple[OutboundMessage, ...]:
    """Press the button whose number was typed, or send the line."""
    if line.isdecimal() and 1 <= int(line) <= len(on_offer):
        choice = on_offer[int(line) - 1]
        return rehearsal.press(choice.ref, choice.title)
    return rehearsal.send(line)


def show(sent: tuple[OutboundMessage, ...], capabilities: Capabilities) -> list[Choice]:
    """Print messages as bubbles with what they cost, and return their buttons in the order of their numbers."""
    on_offer: list[Choice] = []
    for message in sent:
        screen.print(
            Panel(
                Text(message.text, overflow="fold"),
                box=ROUNDED,
                width=min(BUBBLE, screen.width),
                subtitle=Text(_cost(message, capabilities)),
                subtitle_align="right",
                border_style="red" if message.urgent else "cyan",
            )
        )
        if message.as_list:
            screen.print(Padding(Text(f"{message.list_title} \u25be"), (0, 0, 0, 2)), style="cyan")
        for choice in message.choices:
            on_offer.append(choice)
            screen.print(Padding(Text(f"[{len(on_offer)}] {choice.title}"), (0, 0, 0, 4)), style="cyan")
    if not sent:
        screen.print("(nothing is sent)", style="dim")
    screen.print()
    return on_offer


def _cost(message: OutboundMessage, capabilities: Capabilities) -> str:
    if not capabilities.gsm_7:
        return f"{size(message.text, capabilities)} characters"
    how = segments(message.text)
    return f"{how.encoding}, {how.units} characters, {how.count} {'part' if how.count == 1 else 'parts'}"


def _explained(capabilities: Capabilities) -> str:
    numbers = "the number of a button to press it" if capabilities.buttons else "the number of a choice"
    return f"Write first, as people do there; or type {numbers}. Ctrl-D ends the conversation.\n"
