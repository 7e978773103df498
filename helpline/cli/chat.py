"""`helpline chat`: the conversation in the terminal, with choices as numbers."""

from contextlib import ExitStack
from typing import Any

from prompt_toolkit import PromptSession
from rich.console import Console

from helpline.cli.progress import timed
from helpline.cli.run import USUAL_START_SECONDS
from helpline.cli.train import train
from helpline.errors import AssistantError
from helpline.runtime.conversation import AssistantClient, Conversation
from helpline.runtime.stack import running
from helpline.settings import load_settings

screen = Console(highlight=False, soft_wrap=False)


def chat() -> None:
    """Talk to the assistant. What is not running is started, and stopped again in the end."""
    train(force=False)
    with ExitStack() as resources:
        with timed("Starting the servers", USUAL_START_SECONDS) as tick:
            stack = resources.enter_context(running(load_settings(), tick))
        client = resources.enter_context(AssistantClient(stack.url, stack.token))
        screen.print("Type a message, or the number of a choice. Ctrl-D ends the conversation.\n", style="dim")
        converse(client.converse())


def converse(conversation: Conversation) -> None:
    """Read lines until the end of the input, and show each turn."""
    show(conversation.say("/greet", inspect=False).replies, conversation.choices)
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
            show(
                conversation.say(chosen(line, conversation.choices), inspect=False).replies,
                conversation.choices,
            )
        except AssistantError as error:
            screen.print(f"[red]No reply: {error}.[/red] The logs are in var/log/.")


def chosen(line: str, choices: list[dict[str, str]]) -> str:
    """Return the payload when the line is the number of a choice, and the line itself otherwise."""
    if line.isdigit() and 1 <= int(line) <= len(choices):
        return choices[int(line) - 1]["payload"]
    return line


def show(replies: list[dict[str, Any]], choices: list[dict[str, str]]) -> None:
    """Print the replies of a turn, and its choices with numbers."""
    for reply in replies:
        screen.print("Assistant:", style="bold", end=" ")
        screen.print(reply["text"], markup=False)
        source = reply.get("metadata") or {}
        if source.get("section"):
            screen.print(f"  From the page: {source['section']}, reviewed {source['reviewed']}", style="dim")
    for number, choice in enumerate(choices, 1):
        screen.print(f"  {number}. {choice['title']}", style="cyan", markup=False)
    screen.print()
