"""How tests/conftest.py treats what is missing and what is slow, tried on small suites of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).parent.parent / "conftest.py"

LOAD = f"""
import importlib.util
spec = importlib.util.spec_from_file_location("policy", {str(CONFTEST)!r})
policy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(policy)
globals().update({{k: v for k, v in vars(policy).items() if not k.startswith("__") and k != "pytest_plugins"}})
policy.found = lambda name: None
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty suite under our policy, on a machine where every need is missing."""
    for variable in ("CNNVIZ_STRICT", "CNNVIZ_SLOW"):
        monkeypatch.delenv(variable, raising=False)
    # With the coverage plugin, an inner run would end the measurement of the outer one.
    options = "--strict-markers -p no:cacheprovider -p no:slipcover"
    pytester.makeini(f"[pytest]\nmarkers =\n    slow: slow\naddopts = {options}")
    pytester.makeconftest(LOAD)
    return pytester


MISSING = """
import pytest
def test_by_fixture(chromium_path): assert False
@pytest.mark.needs("fashion-mnist", "node")
def test_by_mark(): assert False
def test_by_hand(): pytest.skip("no second screen")
def test_other(): pass
"""


def test_missing_needs_skip_and_are_listed_with_their_reasons(suite: pytest.Pytester):
    suite.makepyfile(MISSING)
    result = suite.runpytest_inprocess()
    result.assert_outcomes(passed=1, skipped=3)
    result.stdout.fnmatch_lines(
        [
            "*= not run =*",
            "1 test: chromium is missing: *CNNVIZ_CHROMIUM*",
            "1 test: fashion-mnist is missing: *dataset-fashion-mnist*",
            "1 test: no second screen",
        ]
    )
    assert result.ret == 0


def test_strict_turns_every_skip_into_a_failure(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CNNVIZ_STRICT", "1")
    suite.makepyfile(MISSING)
    result = suite.runpytest_inprocess()
    # A skip during set-up counts as an error, one in the test itself as a failure.
    result.assert_outcomes(passed=1, failed=1, errors=2)
    result.stdout.fnmatch_lines(["*CNNVIZ_STRICT does not allow: chromium is missing*"])
    assert result.ret == 1


def test_strict_fails_on_a_file_skipped_as_a_whole(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CNNVIZ_STRICT", "1")
    suite.makepyfile("import pytest\npytest.importorskip('no_such_package')\ndef test_it(): pass")
    result = suite.runpytest_inprocess()
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*CNNVIZ_STRICT does not allow*no_such_package*"])


def test_strict_allows_other_platforms_and_expected_failures(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CNNVIZ_STRICT", "1")
    suite.makepyfile(
        """
        import pytest
        def test_windows(): pytest.skip("not for this platform: drive letters")
        @pytest.mark.xfail(strict=True)
        def test_bug(): assert False
        """
    )
    suite.runpytest_inprocess().assert_outcomes(skipped=1, xfailed=1)


def slow_suite(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        def test_quick(): pass
        @pytest.mark.slow
        @pytest.mark.parametrize("n", range(40))
        def test_sweep(n): pass
        """
    )


@pytest.mark.parametrize(("arguments", "ran"), [([], 1), (["--slow", "all"], 41), (["-m", "slow"], 40)])
def test_slow_tests_run_when_asked_for(suite: pytest.Pytester, arguments: list[str], ran: int):
    slow_suite(suite)
    suite.runpytest_inprocess(*arguments).assert_outcomes(passed=ran, deselected=41 - ran)


def test_the_shares_of_slow_tests_add_up(suite: pytest.Pytester):
    slow_suite(suite)
    counts = [suite.runpytest_inprocess("--slow", f"{k}/2").parseoutcomes()["passed"] - 1 for k in range(2)]
    assert sum(counts) == 40
    assert min(counts) > 0


@pytest.mark.parametrize("share", ["4/4", "some", "1/0", "-1/2"])
def test_a_share_that_makes_no_sense_is_refused(suite: pytest.Pytester, share: str):
    slow_suite(suite)
    result = suite.runpytest_inprocess(f"--slow={share}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*say none, all or K/N*"])
