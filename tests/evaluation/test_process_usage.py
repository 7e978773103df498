"""What `/proc` says is read right, also of programs with odd names."""

import subprocess
import sys
import time

import pytest

from evaluation.product.process_usage import cpu_seconds, descendants, parent_of, part_of


def test_the_parent_is_read_behind_a_name_with_brackets_and_spaces():
    assert parent_of("123 (a (b) c) S 77 123 123 0 -1") == 77


@pytest.mark.parametrize(
    ("command", "part"),
    [
        (b"/usr/bin/python\0-m\0helpline.web.main\0models/mbc.tar.gz\0", "front door"),
        (b"/usr/bin/python\0-m\0helpline.rasa.main\0models/mbc.tar.gz\0", "engine"),
        (b"/usr/bin/python\0-m\0helpline.console.main\0", "console"),
        (b"/usr/bin/python\0-m\0helpline.channels.delivery_main\0", "delivery"),
        (b"/usr/bin/python\0-m\0actions.server\0", "action server"),
        (b"/before/.venv/bin/python\0-m\0helpline.runtime.action_server\x005055\0", "action server"),
        (b"/usr/bin/python\0-m\0helpline.cli.main\0run\0", "supervisor"),
        (b"/usr/bin/redis-server\0*:6379\0", "/usr/bin/redis-server"),
    ],
)
def test_a_part_is_known_by_its_module(command, part):
    assert part_of(command) == part


def test_children_of_children_are_found():
    grandchild = [sys.executable, "-c", "print('up', flush=True); input()"]
    child = f"import subprocess; subprocess.run({grandchild!r})"
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert len(descendants(process.pid)) == 1
        process.stdin.close()


def test_processor_time_of_another_process_is_what_it_worked():
    work = "import time\nwhile time.process_time() < 0.2: pass\nprint('done', flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", work], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        time.sleep(0.1)
        assert 0.2 <= cpu_seconds(process.pid) < 0.4
        process.stdin.close()
    assert cpu_seconds(process.pid) == 0.0
