"""The process that makes a plan: ``python -m helpline.volunteers.assignment_main``.

It reads a problem as JSON (`helpline.volunteers.plan`) from its input, writes the plan as JSON, and ends. It opens no
file and no connection, and of an error it says the class alone: a message might hold what somebody told.
"""

import sys

from helpline.volunteers.assignment import changed_plan
from helpline.volunteers.plan import read_problem, to_json


def main() -> None:
    """Make one plan; ends with status 1 where it cannot."""
    try:
        print(to_json(changed_plan(read_problem(sys.stdin.read()))))
    except Exception as error:
        sys.exit(type(error).__name__)


if __name__ == "__main__":
    main()
