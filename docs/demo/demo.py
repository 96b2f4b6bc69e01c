"""``make demo``: what ldbpy does, shown on a script in this folder. Nothing is kept, no server is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"
LDBPY = [sys.executable, "-m", "ldbpy"]

STEPS = (
    (
        "A script runs, with no server. This one lets 5 calls in 60 seconds through.",
        ["limiter.lua", "rl:42", ",", "5", "60"],
    ),
    (
        "What it did inside: each command with its line, reply and time; then what changed in the data.",
        ["limiter.lua", "rl:42", ",", "5", "60", "--trace", "--diff"],
    ),
    (
        "A slip: the comma is glued to the key. ldbpy says so, and where the script fails, and what a server says.",
        ["limiter.lua", "rl:42,", "5", "60"],
    ),
    (
        "Data first, from a file of Redis commands; then a queue moves the jobs that are due.",
        ["queue.lua", "jobs:delayed", "jobs:ready", ",", "200", "10", "--seed", "jobs.redis", "--diff"],
    ),
    (
        "The same text on another server: Redis 6.2 tells errors differently.",
        ["-e", "return redis.call('GETT', KEYS[1])", "greeting", "--server", "redis-6.2"],
    ),
)


DEBUGGED = ["claim.lua", "job:7", ",", "anna", "30", "--batch"]
SESSION = ("n", "n", "holder == nil", "not holder", "c")


def main() -> None:
    """Show each step: what, the command as one would type it, what it prints."""
    for number, (what, arguments) in enumerate(STEPS, 1):
        typed = " ".join(_quoted(word) for word in arguments)
        print(f"\n{number}. {what}\n\n$ ldbpy eval {typed}", flush=True)
        subprocess.run([*LDBPY, "eval", *arguments], cwd=EXAMPLES, check=False, timeout=60, stderr=subprocess.STDOUT)
    print("\n6. Why does claim.lua refuse a job that nobody has? Stop in it: GET gave false, which is not nil.\n")
    typed = " ".join(DEBUGGED + [f'--ex "{line}"' for line in SESSION])
    print(f"$ ldbpy debug {typed}", flush=True)
    arguments = [*DEBUGGED, *(word for line in SESSION for word in ("--ex", line))]
    subprocess.run([*LDBPY, "debug", *arguments], cwd=EXAMPLES, check=False, timeout=60, stderr=subprocess.STDOUT)
    print("\nNext, the same on the whole screen (n steps, ? tells the keys, q quits):\n")
    print("  . .venv/bin/activate; cd docs/examples; ldbpy debug claim.lua job:7 , anna 30")
    print("\nThen docs/tutorials/find-a-bug.md.")


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word or "'" in word else word


main()
