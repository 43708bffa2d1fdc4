"""The ``cnnviz`` command: subcommands and error handling."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from collections.abc import Sequence
from types import TracebackType
from typing import Any, NoReturn

import click

import cnnviz
from cnnviz.cli.interruption import Interruption, watch_signals
from cnnviz.cli.waiting import clear_waiting, show_waiting
from cnnviz.core.errors import CnnvizError
from cnnviz.core.printable import printable

#: Subcommands and their modules, in the order of --help.
COMMANDS = (
    "report",
    "evaluate",
    "check",
    "compare",
    "activations",
    "heatmap",
    "deconv",
    "maximize",
    "embedding",
    "similarity",
    "trust",
    "arena",
    "filters",
    "ablate",
    "data",
    "augment",
    "synth-digits",
    "train",
    "training",
    "layers",
    "predict",
    "models",
    "methods",
)

NO_MEMORY = "out of memory; use fewer images or layers, or a smaller --batch-size"


class _Lazy(click.Group):
    """A group that imports its commands on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(f"cnnviz.cli.commands.{cmd_name.replace('-', '_')}").command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from cnnviz.core.names import unknown_name

            raise click.UsageError(unknown_name("command", args[0], COMMANDS), ctx)
        show_waiting(args)
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(cnnviz.__version__, message="cnnviz %(version)s")
def cli() -> None:
    """See what a Keras image classifier learned.

    Every command works out of the box with the bundled model fmnist-cnn and 1,000 bundled images; use your own with
    --model and --data.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    0 done, 1 failed, 2 usage, 3 no data or model, 4 gate missed, 130 interrupted by Ctrl-C, 143 by SIGTERM.
    """
    _make_streams_safe()
    # A shell may be set up for another backend of Keras, which the command doesn't need to know of.
    os.environ["KERAS_BACKEND"] = "tensorflow"
    try:
        watch_signals()
        code = cli.main(arguments, prog_name="cnnviz", standalone_mode=False) or 0
        clear_waiting()
        sys.stdout.flush()
    except CnnvizError as error:
        code = _complain(str(error), error.exit_code)
    except click.UsageError as error:
        where = f"; see {error.ctx.command_path} --help" if error.ctx else ""
        code = _complain(error.format_message().rstrip(".").replace("\n", " ") + where, 2)
    except click.ClickException as error:
        code = _complain(error.format_message(), 1)
    except (Interruption, KeyboardInterrupt, click.Abort) as error:
        code = error.code if isinstance(error, Interruption) else 130
        _complain("interrupted; nothing was left half written", code)
    except (BrokenPipeError, SystemExit):
        # The reader of the output closed it, as `head` does; click turns this into a SystemExit.
        _drop_output()
        code = 0
    except OSError as error:
        code = _complain(f"the system refused: {(error.strerror or str(error)).lower()}", 1)
        _drop_output()
    except MemoryError:
        code = _complain(NO_MEMORY, 1)
    except Exception as error:
        if os.environ.get("CNNVIZ_DEBUG"):
            sys.excepthook = _print_traceback
            raise
        if type(error).__name__ == "ResourceExhaustedError":  # TensorFlow's out of memory
            sys.exit(_complain(NO_MEMORY, 1))
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        code = _complain(f"unexpected failure ({reason}); set CNNVIZ_DEBUG=1 to see where", 1)
    sys.exit(code)


def _complain(message: str, code: int) -> int:
    clear_waiting()
    print(f"cnnviz: {printable(message)}", file=sys.stderr)
    return code


def _print_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    clear_waiting()
    from traceback import format_exception

    print(_printable_lines("".join(format_exception(kind, error, trace))), end="", file=sys.stderr)


_as_usual = warnings.formatwarning


def _format_warning(*given: Any, **more: Any) -> str:
    clear_waiting()
    return _printable_lines(_as_usual(*given, **more))


def _printable_lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def _make_streams_safe() -> None:
    """Make sure that the streams exist, that no character raises an encoding error, and that warnings are text."""
    warnings.formatwarning = _format_warning
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - it stays open as long as the process
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _drop_output() -> None:
    """Discard pending output, which would raise an error at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    main()
