"""The command ``tracker``: one group, verbs of the user, one sentence for everything that goes wrong.

Exit codes: 0 done, 2 the input or the surroundings are wrong (one line a problem on standard error), 1 a defect,
or rows that differ (``verify``).
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from tracker import __version__
from tracker.commands import assessing, bringing, databases, incoming, merging, reading, serving, sheets, verifying
from tracker.errors import InputError, TrackerError

DONE, DEFECT, WRONG, STOPPED = 0, 1, 2, 130


class TableOfContents(click.Group):
    """Lists the commands in the order in which a person meets them, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=TableOfContents,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Every command explains itself with an example: tracker import --help. Settings: see the README.",
)
@click.version_option(__version__, prog_name="tracker", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Follow-up of liver metastases over successive scans.

    For record keeping, education, audit and research; not a medical device.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for command in (
    serving.demo,
    databases.init,
    serving.serve,
    bringing.import_files,
    incoming.inbox_folder,
    incoming.review,
    incoming.preset,
    merging.merge_patients,
    bringing.export,
    sheets.sheet,
    assessing.assess,
    reading.read,
    verifying.verify,
    databases.db,
):
    cli.add_command(command)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code. No traceback reaches a person, whatever happens."""
    # A shell may start a program with its outputs closed (>&-); what is said then is said to nobody.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as we run
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that knows no "≥" shows its escape; data (JSON, tables) is UTF-8 in any case.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads the output has seen enough ("| head"). Nothing can be said to them any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return code


def _run(argv: Sequence[str] | None) -> int:
    try:
        code = cli.main(args=argv, prog_name="tracker", standalone_mode=False)
    except click.ClickException as refusal:
        _say(_usage_sentence(refusal))
    except InputError as refusal:
        for problem in refusal.problems:
            _say(str(problem))
    except TrackerError as refusal:
        _say(str(refusal))
    except (click.Abort, KeyboardInterrupt):
        _say("Stopped. What was not yet reported as stored is not stored.")
        return STOPPED
    except BrokenPipeError:
        raise
    except OSError as trouble:
        where = f"{trouble.filename}: " if trouble.filename else ""
        _say(f"{where}{trouble.strerror or trouble}")
    except Exception as defect:  # noqa: BLE001 - the last net: a person gets a sentence, never a traceback
        _say(_defect_sentence(defect))
        return DEFECT
    else:
        return code if isinstance(code, int) else DONE
    return WRONG


def _say(text: str) -> None:
    click.echo(text, err=True)


def _usage_sentence(refusal: click.ClickException) -> str:
    text = " ".join(refusal.format_message().split())
    context = getattr(refusal, "ctx", None)
    return text if context is None else f"{text} See: {context.command_path} --help"


def _defect_sentence(defect: Exception) -> str:
    """Where the program failed, without any value it held."""
    frames = traceback.extract_tb(defect.__traceback__)
    last = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "an unknown place"
    return f"This is a defect of the program ({type(defect).__name__} in {last}). What was not reported as stored is not stored."
