"""The shape of the repository: what lies where, how large it gets, and what must never get in."""

import re
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path

from repository import ROOT, carried_files, text_of

TOP_FOLDERS = {".ci", "core", "desktop", "matching", "packaging", "resources", "tests"}
TOP_FILES = {
    ".editorconfig", ".gitattributes", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md",
    "SECURITY.md", "dev.py", "pyproject.toml", "requirements.lock",
}  # fmt: skip
MANY_LINES, TOO_MANY_LINES = 400, 450

# Written so that this file does not find itself.
REGISTRY_HOSTS = re.compile(r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian[.]org")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|tmp|opt/wheels)/\w")


def test_top_folder_holds_only_what_was_agreed():
    folders = {path.parts[0] for path in carried_files() if len(path.parts) > 1}
    files = {path.name for path in carried_files() if len(path.parts) == 1}
    assert folders - TOP_FOLDERS == set()
    assert files - TOP_FILES == set()


def test_packaging_is_no_package():
    # With an __init__.py it would hide the library of the same name from every tool started in this folder.
    assert [path for path in carried_files() if path.parts[0] == "packaging" and path.name == "__init__.py"] == []


def test_test_files_have_names_of_their_own():
    names = Counter(path.name for path in carried_files() if path.parts[0] == "tests" and path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1 and name.endswith(".py")] == []


def test_no_file_grows_beyond_reading():
    sizes = {path: text_of(path).count("\n") for path in carried_files() if path.suffix == ".py"}
    long = {str(path): lines for path, lines in sizes.items() if lines > MANY_LINES}
    if long:
        warnings.warn(f"Files over {MANY_LINES} lines, to be divided before they grow further: {long}", stacklevel=1)
    assert {path: lines for path, lines in long.items() if lines > TOO_MANY_LINES} == {}


def test_no_registry_host_and_no_path_of_one_machine_is_carried():
    own = [path for path in carried_files() if path.parts[:2] != ("tests", "data")]
    found = {}
    for path in own:
        hits = [*REGISTRY_HOSTS.findall(text := text_of(path)), *MACHINE_PATHS.findall(text)]
        if hits:
            found[str(path)] = hits
    assert found == {}


def test_links_between_documents_lead_somewhere():
    broken = []
    for document in (path for path in carried_files() if path.suffix == ".md" and len(path.parts) == 1):
        for target in re.findall(r"\]\(([^)#\s]+)", text_of(document)):
            if "://" not in target and not (ROOT / document.parent / target).exists():
                broken.append(f"{document}: {target}")
    assert broken == []


def test_first_screen_of_the_readme_gives_the_two_commands_and_ci_runs_the_same():
    first_screen = text_of(Path("README.md")).splitlines()[:40]
    assert "python3 dev.py demo" in first_screen
    assert "python3 dev.py test" in first_screen
    assert "python3 dev.py test" in text_of(Path(".ci/run")).splitlines()


def test_import_contracts_hold():
    linter = Path(sys.executable).with_name("lint-imports.exe" if sys.platform == "win32" else "lint-imports")
    outcome = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
