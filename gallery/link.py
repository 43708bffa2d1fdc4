"""Bundle the page's JavaScript modules into one inline script.

The modules run natively in Node and in browsers; a page opened from disk cannot load modules, so they are bundled
here. No parser is needed, because the modules keep to one style: every import is
``import { a, b as c } from "./file.js";`` at the start of a line, every export is ``export`` before a function,
class or const. Anything else is refused with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from cnnviz.core.errors import CnnvizError

ROOT = Path(__file__).parent / "page" / "js"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function\*? |class |const )", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|class|const) ([A-Za-z_$][\w$]*)", re.MULTILINE)
_STRAY = re.compile(r"^\s*(?:import\b|export\b)|\bimport\s*\(|\bimport\.meta\b", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Comments are stripped. Strings come first in the pattern, so that their content is not mistaken for a comment.
_DOCUMENTS = re.compile(
    r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|/\*\*.*?\*/[ \t]*|^[ \t]*//[^\n]*""",
    re.DOTALL | re.MULTILINE,
)
_NAME = re.compile(r"^([A-Za-z_$][\w$]*)(?: as ([A-Za-z_$][\w$]*))?$")


class LinkError(CnnvizError):
    """A module of the page uses syntax that the linker does not support."""


def link(entry: str, root: Path = ROOT, modules: Iterable[Path] = ()) -> str:
    """Return one script that runs ``entry``, a module's source, after its imports.

    In ``entry`` and in modules outside of ``root``, ``"cnnviz/x.js"`` means ``root/x.js``. ``entry`` can import
    ``modules`` as ``"section:0"``, ``"section:1"``, …
    """
    linker = _Linker(root, list(modules))
    body, _ = linker.translate(entry, root / "entry", "entry")
    return '"use strict";\n(() => {\n' + "".join(linker.done) + body + "})();\n"


class _Linker:
    def __init__(self, root: Path, sections: list[Path]) -> None:
        self.root, self.sections = root, sections
        self.done: list[str] = []
        self.exports: dict[Path, tuple[str, set[str]]] = {}
        self.open: list[Path] = []

    def resolve(self, specifier: str, importer: Path, where: str) -> Path:
        if specifier.startswith("section:"):
            return self.sections[int(specifier.removeprefix("section:"))]
        if specifier.startswith("cnnviz/"):
            path = self.root / specifier.removeprefix("cnnviz/")
        elif specifier.startswith(("./", "../")):
            path = importer.parent / specifier
        else:
            raise LinkError(f'{where}: import from "./…", "../…" or "cnnviz/…", not "{specifier}"')
        path = path.resolve()
        if not path.is_file():
            raise LinkError(f'{where}: there is no module "{specifier}"')
        return path

    def load(self, path: Path) -> tuple[str, set[str]]:
        if path in self.open:
            circle = " → ".join(p.name for p in [*self.open[self.open.index(path) :], path])
            raise LinkError(f"modules import each other in a circle: {circle}")
        if path not in self.exports:
            self.open.append(path)
            source = path.read_text(encoding="utf-8").replace("\r\n", "\n")
            body, exported = self.translate(source, path, path.name)
            variable = f"m{len(self.done)}"
            listed = ", ".join(sorted(exported))
            self.done.append(f"const {variable} = (() => {{ // {path.name}\n{body}return {{ {listed} }};\n}})();\n")
            self.exports[path] = variable, exported
            self.open.pop()
        return self.exports[path]

    def translate(self, source: str, path: Path, name: str) -> tuple[str, set[str]]:
        """Return a module's body with imports and exports rewritten, and the names it exports."""

        def imported(match: re.Match[str]) -> str:
            where = f"{name}:{source.count(chr(10), 0, match.start()) + 1}"
            variable, offered = self.load(self.resolve(match[2], path, where))
            parts = []
            for item in filter(None, (piece.strip() for piece in match[1].split(","))):
                found = _NAME.match(item)
                if not found:
                    raise LinkError(f'{where}: cannot read "{item}" in an import')
                if found[1] not in offered:
                    raise LinkError(f'{where}: "{match[2]}" exports no {found[1]}')
                parts.append(f"{found[1]}: {found[2]}" if found[2] else found[1])
            # Keep the number of lines, so that later messages have the right line.
            return f"const {{ {', '.join(parts)} }} = {variable};" + "\n" * match[0].count("\n")

        names = set(_EXPORTED.findall(source))
        body = _EXPORT.sub("", _IMPORT.sub(imported, source))
        # Comments may contain imports, as JSDoc types do.
        code = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), body)
        if stray := _STRAY.search(code):
            line = code.count("\n", 0, stray.end()) + 1
            raise LinkError(
                f'{name}:{line}: only import {{ a }} from "./x.js"; and export function, class or const can be joined'
            )
        # It would end the inline script element.
        if "</script" in body.lower() or "<!--" in body:
            raise LinkError(f"{name}: contains text that would end the inline script; split it into two strings")
        # Keep the number of lines here too.
        body = _DOCUMENTS.sub(lambda match: match[1] or "\n" * match[0].count("\n"), body)
        return body if body.endswith("\n") else body + "\n", names
