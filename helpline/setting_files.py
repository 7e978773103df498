"""Settings that stand in files of their own: ``HELPLINE_<NAME>_FILE`` names the file that holds the setting's value.

Container platforms hand secrets to a process as files. Read so, a secret stands in no process's environment but those
of our own child processes.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

SUFFIX = "_FILE"
# More than any key or list of keys has.
_LONGEST = 64 * 1024


def read_setting_files(
    environment: Mapping[str, str], file: Mapping[str, str], names: Collection[str]
) -> tuple[dict[str, str], list[str]]:
    """Return the settings that stand in files, by their names, and what is wrong with any.

    A setting in the environment wins over a file that ``.env`` names.

    Args:
        environment: The process's environment, with upper-case names.
        file: What ``.env`` holds, with upper-case names.
        names: Names of all settings, with their prefix.
    """
    values: dict[str, str] = {}
    problems: list[str] = []
    for name in names:
        given = name + SUFFIX
        source = environment if given in environment else file
        if given not in source or (source is file and name in environment):
            continue
        if name in source:
            problems.append(f"{name}: is given twice, by itself and by {given}; leave one of them out")
            continue
        value, problem = _read(Path(source[given]))
        if problem:
            problems.append(f"{given}: {problem}")
        else:
            values[name] = value
    return values, problems


def _read(path: Path) -> tuple[str, str]:
    """Return what the file holds, and what is wrong with it."""
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
        value = content.decode().strip()
    except OSError as error:
        return "", f"the file {path} cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        return "", f"the file {path} does not hold text"
    if not value:
        return "", f"the file {path} is empty"
    if len(content) > _LONGEST:
        return "", f"the file {path} is too long for a setting"
    return value, ""
