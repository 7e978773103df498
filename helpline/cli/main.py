"""The `helpline` command. Each verb is a module beside this one; here they are put together."""

import os
import sys

import typer

from helpline.cli import (
    backup,
    bench,
    bench_nlu,
    channel,
    chaos,
    chat,
    check,
    cluster,
    content,
    data_report,
    demo,
    doctor,
    eval,
    eval_channels,
    eval_matching,
    eval_safety,
    migrate,
    probe,
    purge,
    replay,
    rollout,
    rotate_keys,
    run,
    staff,
    train,
)
from helpline.errors import HelplineError
from helpline.rasa.without_tensorflow import keep_out

commands = typer.Typer(
    help="The MBC helpline assistant: run it, talk to it, test it, check its content.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
commands.command()(run.run)
commands.command()(cluster.cluster)
commands.command()(rollout.rollout)
commands.command()(rollout.rollback)
commands.command()(demo.demo)
commands.command()(train.train)
commands.command()(doctor.doctor)
commands.command()(probe.probe)
commands.command()(migrate.migrate)
commands.command()(purge.purge)
commands.command()(backup.backup)
commands.command()(backup.restore)
commands.command()(rotate_keys.rotate_keys)
commands.command()(chat.chat)
commands.command()(channel.channel)
commands.command()(replay.replay)
commands.command()(check.check)
commands.command()(bench.bench)
commands.command()(chaos.chaos)
commands.command()(bench_nlu.bench_nlu)
commands.command("eval")(eval.eval_understanding)
commands.command("eval-channels")(eval_channels.eval_channels)
commands.command("eval-matching")(eval_matching.eval_matching)
commands.command("eval-safety")(eval_safety.eval_safety)
data = typer.Typer(help="The training data.", no_args_is_help=True)
data.command("report")(data_report.data_report)
commands.add_typer(data, name="data")
commands.add_typer(staff.commands, name="staff")
page = typer.Typer(help="The page that the answers come from.", no_args_is_help=True)
page.command("diff")(content.diff)
page.command("record")(content.record)
commands.add_typer(page, name="content")


def app() -> None:
    """Run the command line; an error that somebody can mend is one sentence and exit status 1."""
    keep_out()
    os.umask(0o077)  # whatever we write is the owner's alone
    try:
        commands()
    except HelplineError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    app()
