"""``cnnviz arena``."""

from __future__ import annotations

from pathlib import Path

import click

from cnnviz.cli.options import format_option, shared

FORMATS = ("html", "png", "csv", "json", "npz")


@click.command("arena")
@click.option("--problem", "problems", multiple=True, metavar="NAME", help="A problem; repeatable. [default: all]")
@click.option(
    "--method",
    "methods",
    multiple=True,
    metavar="METHOD",
    help="A method, with optional parameters: smoothgrad:samples=50; repeatable. See cnnviz methods. [default: all]",
)
@click.option("--n", type=click.IntRange(8), metavar="COUNT", default=100, show_default=True, help="Images explained.")
@click.option("--seed", type=click.IntRange(0), metavar="NUMBER", default=0, show_default=True, help="Random seed.")
@click.option(
    "--work",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    default=Path("arena"),
    show_default=True,
    help="Keeps the trained networks and all scores; the same command goes on where it was cut.",
)
@format_option(FORMATS, "A page; the table as an image, as text; everything.")
@shared("out", "json", "quiet", "force")
def command(
    problems: tuple[str, ...],
    methods: tuple[str, ...],
    n: int,
    seed: int,
    work: Path,
    form: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
    force: bool,
) -> None:
    """Measure methods on problems with a known answer.

    Trains a small network for each problem, in a minute or less: tetrominoes in noise, a mark in the corner that gives
    a class away, the same mark where the network ignores it, and four garments in a grid. Then it measures how much of
    the known answer each method finds, beside maps that know nothing of the network. All methods on all problems take
    about ten minutes on two cores. Writes one HTML page and prints its path.

    \b
    cnnviz arena
    cnnviz arena --problem shortcut --problem ignored-mark
    cnnviz arena --method grad-cam --method lrp --n 500 --out arena.csv
    """
    from cnnviz.arena.run import run_arena
    from cnnviz.cli.console import note, print_paths, progress
    from cnnviz.cli.inputs import output_path
    from cnnviz.cli.write import print_summary, write_result

    form, out = output_path("arena", (), form, out, offered=FORMATS)
    with progress("scores", quiet) as update:
        result = run_arena(
            list(problems) or None, list(methods) or None, count=n, seed=seed, work=work, progress=update
        )
    path = write_result(result, form, out, quiet, force)
    for line in (*result.notes, *result.findings):
        note(line, quiet)
    if as_json:
        print_summary("arena", [path], form, result.summary_document())
    else:
        print_paths(path)
