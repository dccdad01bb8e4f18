"""Runs the blocks marked `python` of some recipes against a running register, each page as one program.

    python tests/tools/recipes.py ADDRESS [PAGE…]     default: docs/recipes/pandas.md docs/recipes/duckdb.md
"""

import contextlib
import pathlib
import re
import sys
import tempfile

WRITTEN = "http://127.0.0.1:8080"


def main(address, pages):
    for page in pages:
        text = pathlib.Path(page).read_text(encoding="utf-8")
        blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        assert blocks, f"{page} has nothing to run"
        program = "\n".join(blocks).replace(WRITTEN, address)
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            exec(compile(program, page, "exec"), {"__name__": page})
        print(f"{page}: {len(blocks)} blocks ran", file=sys.stderr)


if __name__ == "__main__":
    here = pathlib.Path(__file__).resolve().parents[2] / "docs" / "recipes"
    main(sys.argv[1].rstrip("/"), sys.argv[2:] or [here / "pandas.md", here / "duckdb.md"])
