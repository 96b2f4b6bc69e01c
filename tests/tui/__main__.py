"""``python -m tests.tui [NAME ...]`` writes the golden screens anew."""

from __future__ import annotations

import sys

from tests.tui.scenes import SCENES, golden_path, play

for name in sys.argv[1:] or SCENES:
    golden_path(name).write_text(play(SCENES[name]), "utf-8")
    print(name)
