import shutil
import subprocess
from pathlib import Path

import pytest

from cnnviz.gallery.link import LinkError, link


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.js").write_text("export const one = 1;\nexport function twice(x) {\n  return 2 * x;\n}\n")
    (tmp_path / "b.js").write_text(
        'import { one as uno, twice } from "./a.js";\n'
        "const hidden = 5;\n/** @type {import('./a.js').T} */\nexport const answer = twice(20) + uno + uno;\n"
    )
    return tmp_path


def run(script: str) -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing")
    return subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout.strip()


def test_joined_modules_run_in_order_each_in_its_own_scope(root):
    script = link(
        'import { answer } from "cnnviz/b.js";\nimport { one } from "cnnviz/a.js";\n'
        "console.log(answer, one, typeof hidden);\n",
        root,
    )
    assert run(script) == "42 1 undefined"
    assert script.count("export const one") == 0
    assert script.count("// a.js") == 1


def test_a_module_elsewhere_imports_from_the_gallery(root, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "page.js"
    other.write_text('import { twice } from "cnnviz/a.js";\nexport const page = twice(4);\n')
    script = link('import { page as p } from "section:0";\nconsole.log(p);\n', root, [other])
    assert run(script) == "8"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('import x from "./a.js";\n', "entry:1: only import"),
        ("const a = 1;\nexport default a;\n", "entry:2: only import"),
        ("export let a = 1;\n", "only import"),
        ("const x = await import('./a.js');\n", "only import"),
        ('import { three } from "./a.js";\n', r'"\./a\.js" exports no three'),
        ('import { one } from "./none.js";\n', r'entry:1: there is no module "\./none\.js"'),
        ('import { one } from "left-pad";\n', "import from"),
        ('const t = "</script>";\n', "would end the inline script"),
    ],
)
def test_what_cannot_be_joined_is_refused_with_its_place(root, source, message):
    with pytest.raises(LinkError, match=message):
        link(source, root)


def test_a_circle_is_named(root):
    (root / "c.js").write_text('import { d } from "./d.js";\nexport const c = 1;\n')
    (root / "d.js").write_text('import { c } from "./c.js";\nexport const d = 1;\n')
    with pytest.raises(LinkError, match=r"c\.js → d\.js → c\.js"):
        link('import { c } from "./c.js";\n', root)


def test_what_documents_the_source_stays_there(root):
    source = (
        "/** Adds.\n * @param {number} x it's one\n */\n"
        '// "A line\n'
        "const add = (/** @type {number} */ x) => x + 1; // kept\n"
        "const text = \"/** no comment */\" + '// nor this' + `\n// nor ${add(1)} /** this */`;\n"
        "  // indented\n"
        'console.log(text.replaceAll("\\n", "|"), /["\'/]/.test(\'"\'));\n'
    )
    script = link(source, root)
    assert "Adds" not in script and "A line" not in script and "indented" not in script and "@type" not in script
    assert run(script) == "/** no comment */// nor this|// nor 2 /** this */ true"
    assert script.count("\n") == link(";\n" * source.count("\n"), root).count("\n")
