"""What all tests share: a quiet TensorFlow, the things that may be missing, and how skips are told.

A test that needs something besides Python packages says so, by a fixture (``fashion_mnist_folder``,
``chromium_path``, ``firefox_path``, ``node_path``) or by ``@pytest.mark.needs("chromium")``. Where it cannot be had
the test skips and the closing summary says why. With CNNVIZ_STRICT=1, as in CI, every skip is a failure, whoever
asked for it, but for those whose reason begins with "not for this platform".

Tests marked ``slow`` run with ``--slow all``, or a share of them with ``--slow 2/5``; CNNVIZ_SLOW sets the default.

With CNNVIZ_PERTURB networks are given other roundings of their inputs (tests/helpers/perturb.py); tests marked
``exact``, which compare floats to the last bit with recorded ones, then skip.
"""

from __future__ import annotations

import os
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from tests.helpers import perturb
from tests.helpers.tools import tool

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("MPLBACKEND", "Agg")
# Choices of equal results by their speed cost time, and are kept in the user's cache.
os.environ.setdefault("CNNVIZ_TUNE", "off")

# A timing is no assertion: Hypothesis would fail an example that takes long on a busy machine.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

pytest_plugins = ["pytester"]

#: Scripts that write references; they need PyTorch, which nothing else does.
collect_ignore = ["reference"]

ROOT = Path(__file__).resolve().parent.parent
ALLOWED_SKIP = "not for this platform"


@cache
def needs_module() -> ModuleType:
    """Load tools/ensure_needs.py, which knows what the tests need and where it is found."""
    return tool("ensure_needs")


@cache
def found(name: str) -> Path | None:
    """Look for a need once a session."""
    return needs_module().NEEDS[name].find()


def demand(name: str) -> Path:
    """Return where a need is, or skip the test that asks for it."""
    there = found(name)
    if there is None:
        pytest.skip(f"{name} is missing: {needs_module().NEEDS[name].hint}")
    return there


@pytest.fixture(scope="session")
def fashion_mnist_folder() -> Path:
    """Return the folder with both splits of the real Fashion-MNIST as IDX files."""
    return demand("fashion-mnist")


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Return a Chromium that starts."""
    return demand("chromium")


@pytest.fixture(scope="session")
def firefox_path() -> Path:
    """Return a Firefox that starts."""
    return demand("firefox")


@pytest.fixture(scope="session")
def node_path() -> Path:
    """Return node."""
    return demand("node")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--slow",
        default=os.environ.get("CNNVIZ_SLOW", "none"),
        metavar="none|all|K/N",
        help="how many of the tests marked slow to run: none, all, or the Kth of N equal shares (K from 0)",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*names): skips where one of these is missing; see tests/conftest.py")
    config.addinivalue_line("markers", "exact: holds floats to the last bit; skips where CNNVIZ_PERTURB moves them")
    slow_share(config)
    if where := os.environ.get(perturb.VARIABLE):
        perturb.perturb(where)


def slow_share(config: pytest.Config) -> tuple[int, int]:
    """Read --slow as (K, N): slow tests whose hash leaves K when divided by N run; N is 0 for none."""
    text = config.getoption("--slow")
    if text in ("none", "all"):
        return (0, 0) if text == "none" else (0, 1)
    share, _, shares = text.partition("/")
    if share.isdecimal() and shares.isdecimal() and int(share) < int(shares):
        return int(share), int(shares)
    raise pytest.UsageError(f"--slow {text}: say none, all or K/N with K from 0 to N-1")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow tests that were not asked for; `-m slow` and naming one by its id ask for them."""
    if "slow" in (config.option.markexpr or "") or any("::" in arg for arg in config.args):
        return
    share, shares = slow_share(config)
    kept, left = [], []
    for item in items:
        wanted = item.get_closest_marker("slow") is None or _in_share(item, share, shares)
        (kept if wanted else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def _in_share(item: pytest.Item, share: int, shares: int) -> bool:
    """Whether a slow test is in this share; ``slow(of=3)`` asks for a third where the shares are smaller."""
    mark = item.get_closest_marker("slow")
    shares = min(shares, mark.kwargs.get("of", shares)) if mark else shares
    return bool(shares) and zlib.crc32(item.nodeid.encode()) % shares == share % shares


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("exact") and os.environ.get(perturb.VARIABLE):
        pytest.skip(f"{perturb.VARIABLE} moves what it holds to the last bit")
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            demand(name)


def strict() -> bool:
    return os.environ.get("CNNVIZ_STRICT", "") not in ("", "0")


def skip_reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a test, or a file that could not be collected, was skipped."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(report.longrepr)


def fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure with the same reason, where skips are not allowed."""
    if not (strict() and report.skipped) or hasattr(report, "wasxfail"):
        return
    reason = skip_reason(report)
    if not reason.startswith(ALLOWED_SKIP):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CNNVIZ_STRICT does not allow: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    report = yield
    fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    report = yield
    fail_if_skipped(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what did not run and why, one line a reason."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(skip_reason(report) for report in skipped)
    if reasons:
        terminalreporter.section("not run")
        for reason, times in sorted(reasons.items()):
            terminalreporter.line(f"{times} {'test' if times == 1 else 'tests'}: {reason}")
