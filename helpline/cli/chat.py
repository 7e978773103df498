"""`helpline chat`: the conversation in the terminal, with all that can be pressed on the website as numbers."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from prompt_toolkit import PromptSession
from rich.console import Console
from rich.table import Table
from rich.text import Text

from helpline.cli.migrate import migrate_embedded
from helpline.cli.progress import timed
from helpline.cli.run import USUAL_START_SECONDS
from helpline.cli.train import train
from helpline.contacts import approved_contacts
from helpline.errors import AssistantError
from helpline.processes.assistant_client import AssistantClient, ClientConversation, ClientTurn
from helpline.processes.supervisor import running
from helpline.settings import load_settings

Reply = dict[str, Any]
Choice = dict[str, str]

screen = Console(highlight=False, soft_wrap=False)


def chat() -> None:
    """Talk to the assistant. What is not running is started, and stopped again in the end."""
    settings = load_settings()
    migrate_embedded(settings)
    train(force=False)
    with ExitStack() as resources:
        with timed("Starting the assistant", USUAL_START_SECONDS) as tick:
            supervisor = resources.enter_context(running(settings, tick))
        client = resources.enter_context(AssistantClient.of(supervisor))
        screen.print("Type a message, or the number of a choice. Ctrl-D ends the conversation.", style="dim")
        screen.print(f"The Breast Cancer Helpline: {approved_contacts()[0].written[0]}\n", style="dim")
        converse(client.converse())


def converse(conversation: ClientConversation) -> None:
    """Read lines until the end of the input, and show each turn."""
    turn = conversation.start()
    show(turn)
    for line in typed_lines(screen):
        try:
            turn = answered(conversation, turn, line)
        except AssistantError as error:
            screen.print(f"[red]No reply: {error}.[/red] The logs are in var/log/.")
        else:
            show(turn)


def typed_lines(screen: Console) -> Iterator[str]:
    """Yield what is typed, line by line and without empty ones, until the end of the input or Ctrl-C."""
    prompt: PromptSession[str] | None = PromptSession() if screen.is_terminal else None
    while True:
        try:
            line = (prompt.prompt("You: ") if prompt else input("You: ")).strip()
        except (EOFError, KeyboardInterrupt):
            screen.print()
            return
        if line:
            yield line


def answered(conversation: ClientConversation, shown: ClientTurn, line: str) -> ClientTurn:
    """Press what the number that was typed stands for in the turn that is shown, or say the line."""
    choices = [choice for reply in shown.replies for choice in pressable(reply)]
    if line.isdecimal() and 1 <= int(line) <= len(choices):
        return conversation.press(choices[int(line) - 1])
    return conversation.say(line)


def pressable(reply: Reply) -> list[Choice]:
    """Return what can be pressed below a reply: its choices, then what the website shows as controls beside it.

    What a control does is not offered twice: the choices that a request's card takes the place of are left out, and
    so is a control with the words of a choice.
    """
    doubled = (reply.get("saved") or {}).get("in_place_of", ())
    buttons = [button for button in reply["buttons"] if button["ref"] not in doubled]
    titles = {button["title"] for button in buttons}
    return [*buttons, *(control for control in reply.get("controls", ()) if control["title"] not in titles)]


def show(turn: ClientTurn) -> None:
    """Print the replies of a turn, each with what the website shows with it: source, choices, how far a form is.

    The places of all that can be pressed, in the order of the replies, are its numbers.
    """
    number = 0
    for reply in turn.replies:
        _print_beside("Assistant:", Text(reply["text"]), "bold")
        source, form = reply["metadata"], reply.get("form") or {}
        if source.get("section") and source.get("reviewed"):
            _print_beside("", Text(f"From the page: {source['section']}, reviewed {source['reviewed']}", style="dim"))
        if form.get("step"):
            _print_beside("", Text(f"Question {form['step']} of {form['steps']}", style="dim"))
        for choice in pressable(reply):
            number += 1
            style = "cyan" if choice in reply["buttons"] else "dim cyan"
            _print_beside(f"{number:>{len('Assistant')}}.", Text(choice["title"], style=style), style)
        if form.get("several"):
            _print_beside("", Text("Several count: type 1 and 3.", style="dim"))
    screen.print()


def _print_beside(label: str, text: Text, style: str = "") -> None:
    """Print a label and a text beside it, whose further lines begin where its first does."""
    lines = Table.grid(padding=(0, 1))
    lines.add_column(no_wrap=True, width=len("Assistant:"), style=style)
    lines.add_column(overflow="fold")
    lines.add_row(label, text)
    screen.print(lines)
