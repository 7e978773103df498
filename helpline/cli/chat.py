"""`helpline chat`: the conversation in the terminal, with choices as numbers."""

from collections.abc import Iterator
from contextlib import ExitStack

from prompt_toolkit import PromptSession
from rich.console import Console
from rich.table import Table
from rich.text import Text

from helpline.cli.migrate import migrate_embedded
from helpline.cli.progress import timed
from helpline.cli.run import USUAL_START_SECONDS
from helpline.cli.train import train
from helpline.errors import AssistantError
from helpline.processes.assistant_client import AssistantClient, ClientConversation, ClientTurn
from helpline.processes.supervisor import running
from helpline.settings import load_settings

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
        screen.print("Type a message, or the number of a choice. Ctrl-D ends the conversation.\n", style="dim")
        converse(client.converse())


def converse(conversation: ClientConversation) -> None:
    """Read lines until the end of the input, and show each turn."""
    show(conversation.start(), conversation.choices)
    for line in typed_lines(screen):
        try:
            show(answered(conversation, line), conversation.choices)
        except AssistantError as error:
            screen.print(f"[red]No reply: {error}.[/red] The logs are in var/log/.")


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


def answered(conversation: ClientConversation, line: str) -> ClientTurn:
    """Press the choice whose number was typed, or say the line."""
    choices = conversation.choices
    if line.isdecimal() and 1 <= int(line) <= len(choices):
        return conversation.press(choices[int(line) - 1])
    return conversation.say(line)


def show(turn: ClientTurn, choices: list[dict[str, str]]) -> None:
    """Print the replies of a turn, each with its source and its choices below, as the website shows them.

    Args:
        turn: The turn.
        choices: All choices of the turn, in the order of the replies; their places are their numbers.
    """
    number = 0
    for reply in turn.replies:
        _print_beside("Assistant:", Text(reply["text"]), "bold")
        source = reply["metadata"]
        if source.get("section") and source.get("reviewed"):
            _print_beside("", Text(f"From the page: {source['section']}, reviewed {source['reviewed']}", style="dim"))
        for choice in choices[number : number + len(reply["buttons"])]:
            number += 1
            _print_beside(f"{number:>{len('Assistant')}}.", Text(choice["title"], style="cyan"), "cyan")
    screen.print()


def _print_beside(label: str, text: Text, style: str = "") -> None:
    """Print a label and a text beside it, whose further lines begin where its first does."""
    lines = Table.grid(padding=(0, 1))
    lines.add_column(no_wrap=True, width=len("Assistant:"), style=style)
    lines.add_column(overflow="fold")
    lines.add_row(label, text)
    screen.print(lines)
