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


def test_comments_of_their_own_lines_stay_behind(tmp_path):
    (tmp_path / "c.js").write_text(
        "/**\n * What it is.\n */\n// And why.\nexport const url = `http://a/* b */`;\n"
        "export function f(/** @type {any} */ x) {\n  /** Inner. */\n  return x; // kept\n}\n"
    )
    script = link('import { f, url } from "cnnviz/c.js";\nconsole.log(f(url));\n', tmp_path)
    assert run(script) == "http://a/* b */"
    assert "What it is" not in script and "And why" not in script and "Inner" not in script and "// kept" in script


def test_a_module_elsewhere_imports_from_the_gallery(root, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "page.js"
    other.write_text('import { twice } from "cnnviz/a.js";\nexport const page = twice(4);\n')
    script = link('import { page as p } from "section:0";\nconsole.log(p);\n', root, [other])
    assert run(script) == "8"


def test_comments_on_lines_of_their_own_stay_out_and_nothing_else_does(root):
    script = link(
        "/** What this is:\n * a page. */\n// said\nconst a = 1; // kept\n"
        "/** @type {any} */ (globalThis).b = 2; /* kept too */\n  /* gone */  \nconsole.log(a, b);\n",
        root,
    )
    assert run(script) == "1 2"
    assert script.count("kept") == 2 and "What this is" not in script and "said" not in script and "gone" not in script


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


def test_jsdoc_on_lines_of_its_own_stays_behind_and_nothing_else_does(tmp_path):
    (tmp_path / "a.js").write_text(
        "/** What this is. */\n/**\n * @param {number} x\n */\nexport function f(x) {\n"
        "  /** @type {any} */ (x);\n  const y = /** @type {any} */ (x);\n  // Why.\n  /** @type {number} */\n"
        '  const star = "/** kept */";\n  return `${y}${star}`;\n}\n'
    )
    script = link('import { f } from "cnnviz/a.js";\nconsole.log(f(1));\n', tmp_path)
    assert "@param" not in script and "What this is" not in script and "@type {number}" not in script
    assert "  /** @type {any} */ (x);\n" in script and "// Why." in script
    assert run(script) == "1/** kept */"
