"""What the tests about the repository itself look at."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MADE_FOLDERS = {
    ".git", ".venv", ".tools", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache",
    ".hypothesis", ".benchmarks", "build", "dist",
}  # fmt: skip


@cache
def carried_files() -> tuple[Path, ...]:
    """Files that the repository carries, relative to its top; asks git, or walks where there is none."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
        files = [Path(name) for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # a machine without git, or an unpacked archive
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        files = [path for path in found if not MADE_FOLDERS & set(path.parts) and path.name != "uv.lock"]
    return tuple(sorted(path for path in files if (ROOT / path).is_file()))


def text_of(path: Path) -> str:
    """A carried file as text; bytes that are none count as odd characters."""
    return (ROOT / path).read_bytes().decode("utf-8", errors="replace")


@cache
def project() -> dict:
    """The project file."""
    return tomllib.loads(text_of(Path("pyproject.toml")))
