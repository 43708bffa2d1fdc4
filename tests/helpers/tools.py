"""The scripts of tools/ as modules."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from tests.helpers.layout import ROOT


def tool(name: str) -> ModuleType:
    """Return the script of this name in tools/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
