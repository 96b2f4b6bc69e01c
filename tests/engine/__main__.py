from __future__ import annotations

import sys
from pathlib import Path

from tests.engine.sessions import FOLDER, play, read_golden

for path in [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.ldb")):
    golden = read_golden(path)
    path.write_text(golden.text(play(golden)), "utf-8")
    print(path.name)
