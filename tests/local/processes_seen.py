"""What the kernel says about processes, for tests that count who is left."""

import time
from pathlib import Path


def using(path: Path) -> list[str]:
    """Return the command lines of living processes that name the folder, our own and pytest's left out."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(str(path).encode() in word for word in words):
            lines.append(b" ".join(words).decode(errors="replace"))
    return lines


def children_of(pid: int) -> set[int]:
    """Return the processes that a process started, and those they started."""
    parents = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, more = set(), {pid}
    while more:
        more = {child for child, parent in parents.items() if parent in more} - found
        found |= more
    return found


def wait(condition, *, seconds: float = 30) -> bool:
    """Look until the condition holds; return whether it came to hold."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    """Return whether a process lives, and is not only waiting to be counted."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
