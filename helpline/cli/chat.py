"""`helpline chat`: the conversation in the terminal, with choices as numbers."""

from contextlib import ExitStack

from prompt_toolkit import PromptSession
from rich.console import Console

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
    prompt: PromptSession[str] | None = PromptSession() if screen.is_terminal else None
    while True:
        try:
            line = (prompt.prompt("You: ") if prompt else input("You: ")).strip()
        except (EOFError, KeyboardInterrupt):
            screen.print()
            return
        if not line:
            continue
        try:
            show(answered(conversation, line), conversation.choices)
        except AssistantError as error:
            screen.print(f"[red]No reply: {error}.[/red] The logs are in var/log/.")


def answered(conversation: ClientConversation, line: str) -> ClientTurn:
    """Press the choice whose number was typed, or say the line."""
    choices = conversation.choices
    if line.isdigit() and 1 <= int(line) <= len(choices):
        return conversation.press(choices[int(line) - 1])
    return conversation.say(line)


def show(turn: ClientTurn, choices: list[dict[str, str]]) -> None:
    """Print the replies of a turn, and its choices with numbers."""
    for reply in turn.replies:
        screen.print("Assistant:", style="bold", end=" ")
        screen.print(reply["text"], markup=False)
        source = reply["metadata"]
        if source.get("section"):
            screen.print(f"  From the page: {source['section']}, reviewed {source['reviewed']}", style="dim")
    for number, choice in enumerate(choices, 1):
        screen.print(f"  {number}. {choice['title']}", style="cyan", markup=False)
    screen.print()
