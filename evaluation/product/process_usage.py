"""Processor time and processes of the running product, from Linux's ``/proc`` and clocks."""

import time
from pathlib import Path

PROC = Path("/proc")
# What people call the process that runs a module; the last two are the state before the front door.
_PART_OF_MODULE = {
    "helpline.web.main": "front door",
    "helpline.channels.delivery_main": "delivery",
    "helpline.console.main": "console",
    "helpline.rasa.main": "engine",
    "actions.server": "action server",
    "helpline.runtime.rasa_server": "engine",
    "helpline.runtime.action_server": "action server",
}
SUPERVISOR = "supervisor"


def parent_of(stat: str) -> int:
    """Return the parent's process id from the text of ``/proc/<pid>/stat``.

    The second field is the program's name in brackets, which may hold spaces and brackets itself.
    """
    return int(stat.rpartition(")")[2].split()[1])


def descendants(root: int) -> list[int]:
    """Return a process's children, their children, and so on."""
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                children.setdefault(parent_of((folder / "stat").read_text()), []).append(int(folder.name))
            except OSError:
                continue  # it ended in between
    found: list[int] = []
    waiting = [root]
    while waiting:
        next_ = children.get(waiting.pop(), [])
        found += next_
        waiting += next_
    return found


def part_of(command: bytes) -> str:
    """Return which part of the product a process is, by the content of ``/proc/<pid>/cmdline``."""
    words = command.decode(errors="replace").split("\0")
    module = words[words.index("-m") + 1] if "-m" in words[:-1] else words[0]
    return _PART_OF_MODULE.get(module, SUPERVISOR if "run" in words else module)


def parts_below(supervisor: int) -> dict[str, int]:
    """Return the process id of each part that a supervisor runs, and of the supervisor itself."""
    found = {SUPERVISOR: supervisor}
    for process in descendants(supervisor):
        try:
            part = part_of((PROC / str(process) / "cmdline").read_bytes())
        except OSError:
            continue
        found.setdefault(part, process)
    return found


def cpu_seconds(process: int) -> float:
    """Return the processor time of a process and all its threads so far; 0 for one that has ended.

    The clock of another process counts in nanoseconds; ``/proc/<pid>/stat`` counts in hundredths of a second, which is
    half of a turn.
    """
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:
        return 0.0
