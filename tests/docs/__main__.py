"""``python -m tests.docs --write`` makes the generated pages, ``--check`` says which are stale."""

from __future__ import annotations

import sys

from tests.docs.generated import PAGES, ROOT
from tests.docs.lint_pages import RULE_FOLDER

stale = [path for path, page in PAGES.items() if not path.exists() or path.read_text("utf-8") != page()]
for path in stale:
    if "--write" in sys.argv:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGES[path](), "utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    else:
        print(f"stale: {path.relative_to(ROOT)}: run make docs")
for path in sorted(set((ROOT / RULE_FOLDER).glob("*.md")) - set(PAGES)):
    stale.append(path)
    if "--write" in sys.argv:
        path.unlink()
        print(f"removed {path.relative_to(ROOT)}")
    else:
        print(f"of no rule: {path.relative_to(ROOT)}: run make docs")
if stale and "--check" in sys.argv:
    sys.exit(1)
print(f"{len(PAGES)} generated pages are fresh")
