"""Sets Chartmend up in this folder and runs it; needs Python 3.11 or newer with pip, and nothing else.

It touches only `.tools` (the installer uv, where the machine has none) and `.venv` (the program's own environment).
Every package comes from requirements.lock, by exact version and hash.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import shutil
import sqlite3
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "chartmend-stamp"
PEER_WISH = ROOT / "tests" / "core" / "peers" / "requirements.in"
PEER_LOCK = PEER_WISH.with_name("requirements.lock")
SPARK_WISH = ROOT / "tests" / "matching" / "spark" / "requirements.in"
SPARK_LOCK = SPARK_WISH.with_name("requirements.lock")
UV_PIN = "uv==0.13.9"
LOCK_WAIT_S = 600
PROXY_HINT = "behind a proxy that inspects TLS, set SSL_CERT_FILE to its certificate file (README, 'Proxies')."

# Shared library -> the Debian package that brings it. Qt draws nothing without the first group, not even unseen.
OFFSCREEN_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_PACKAGE = "fonts-dejavu-core"

USAGE = """\
python3 dev.py COMMAND [arguments]

  demo      set up, then run the demo practice (--headless: without a window)
  test      set up, then run the tests (arguments go to pytest: test -k name)
  run       set up, then run the program (arguments go to chartmend: run findings --json)
  check     format, lint, types, import contracts, tests (--no-tests leaves the tests out)
  bench     measure speed and memory side by side (arguments go to pytest)
  setup     only set up
  lock      work requirements.lock out anew (--upgrade: newest versions that fit pyproject.toml)
  packages  print the Debian packages missing here (--window: those for a window too)
"""


class SetupError(Exception):
    """Ends the command with one sentence for the person who typed it."""


def say(sentence: str) -> None:
    """Tell the person something, away from standard output, which belongs to the command's result."""
    print(sentence, file=sys.stderr, flush=True)


@contextlib.contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Let one process at a time through; the others wait.

    An SQLite file lock works alike on every system, and the system frees it when its holder dies.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    gate = sqlite3.connect(lock_file, timeout=LOCK_WAIT_S, isolation_level=None)
    try:
        try:
            gate.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise SetupError(f"Another set-up has held {lock_file} for {LOCK_WAIT_S} seconds; end it first.") from error
        yield
    finally:
        gate.close()


def venv_python(venv: Path = VENV) -> Path:
    """The interpreter inside a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_uv() -> Path | None:
    """The installer uv, from PATH or from an earlier set-up."""
    on_path = shutil.which("uv")
    if on_path:
        return Path(on_path)
    name = "uv.exe" if os.name == "nt" else "uv"
    return next((uv for uv in (TOOLS / "bin" / name, TOOLS / "Scripts" / name) if uv.exists()), None)


def ensure_uv() -> Path:
    """The installer uv; fetched with pip into `.tools` where the machine has none."""
    found = find_uv()
    if found:
        return found
    python = getattr(sys, "_base_executable", sys.executable)
    if subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        raise SetupError("This Python has no pip; install it first (Debian and Ubuntu: apt-get install python3-pip).")
    say("Fetching the installer (uv) into .tools ...")
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    if "SSL_CERT_FILE" in environment:  # one variable for both installers
        environment.setdefault("PIP_CERT", environment["SSL_CERT_FILE"])
    # --target is allowed where Debian refuses a plain install ("externally managed").
    command = [python, "-m", "pip", "install", "--quiet", "--target", str(TOOLS), UV_PIN]
    must_work(command, environment, f"The installer uv could not be fetched with pip; {PROXY_HINT}")
    fetched = find_uv()
    if not fetched:
        raise SetupError(f"pip reported success but left no uv in {TOOLS}.")
    return fetched


def must_work(command: Sequence[str | Path], environment: Mapping[str, str], failure: str) -> None:
    """Run one installation step; its failure ends the command in words."""
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        raise SetupError(failure)


def with_system_certificates(environment: Mapping[str, str]) -> dict[str, str]:
    """Let the installer trust what this machine trusts, the certificate of an inspecting proxy perhaps included."""
    store = ssl.get_default_verify_paths()
    if os.name == "nt" or store.cafile or (store.capath and any(Path(store.capath).iterdir())):
        return {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true", **environment}  # new and old spelling
    return dict(environment)


def installer_environment(venv: Path) -> dict[str, str]:
    """The person's own environment (proxies, mirrors, certificates), aimed at one virtual environment."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONPATH")}
    # Cache and target often lie on different file systems (containers); copying then is right, not worth a warning.
    environment.setdefault("UV_LINK_MODE", "copy")
    return with_system_certificates(environment) | {"VIRTUAL_ENV": str(venv)}


def install_locked(venv: Path, lock: Path) -> None:
    """Make a virtual environment hold exactly what a lock file names, each file checked by hash."""
    uv = ensure_uv()
    environment = installer_environment(venv)
    if not venv_python(venv).exists():
        python = getattr(sys, "_base_executable", sys.executable)
        if venv.exists():  # half made, or its Python is gone from the system
            shutil.rmtree(venv)
        command: list[str | Path] = [uv, "venv", "--quiet", "--no-python-downloads", "--python", python, venv]
        must_work(command, environment, "The virtual environment could not be made.")
    sync: list[str | Path] = [uv, "pip", "sync", "--quiet", "--require-hashes", lock]
    must_work(sync, environment, f"The packages of {lock.name} did not install; {PROXY_HINT}")


def wanted_stamp() -> str:
    """Changes whenever the environment has to be brought up to date."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), os.fsencode(ROOT)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def ensure_environment() -> Path:
    """The environment's interpreter, after installing only when the lock or the project file changed."""
    with only_one(TOOLS / "setup.lock"):
        stamp = wanted_stamp()
        is_current = venv_python().exists() and STAMP.exists() and STAMP.read_text(encoding="ascii") == stamp
        if not is_current:
            say("Setting up .venv from requirements.lock ...")
            install_locked(VENV, LOCK)
            # Built with the locked hatchling: nothing that is not in the lock gets fetched.
            options = "--quiet --no-deps --no-build-isolation -e"
            editable: list[str | Path] = [ensure_uv(), "pip", "install", *options.split(), ROOT]
            must_work(editable, installer_environment(VENV), "Chartmend itself did not install.")
            STAMP.write_text(stamp, encoding="ascii")
    return venv_python()


def has_display() -> bool:
    """Whether a window can appear here."""
    return not sys.platform.startswith("linux") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def missing_packages(is_for_window: bool) -> list[str]:
    """Debian packages whose libraries or fonts Qt would miss here; empty on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return []
    needed = OFFSCREEN_LIBRARIES | (X11_LIBRARIES if is_for_window else {})
    missing = [package for library, package in needed.items() if not loads(library)]
    if not has_fonts():
        missing.append(FONT_PACKAGE)
    return missing


def has_fonts() -> bool:
    """Whether the system has any font; without one, every letter is drawn as a box and nothing fails."""
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(file.suffix in (".ttf", ".otf", ".ttc", ".pfb") for folder in folders for file in folder.rglob("*"))


def loads(library: str) -> bool:
    """Whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def require_libraries(is_for_window: bool) -> None:
    """Stop with the packages to install where Qt would otherwise abort without a usable word."""
    missing = missing_packages(is_for_window)
    if missing:
        what = "A window" if is_for_window else "Drawing without a screen"
        raise SetupError(f"{what} needs system packages that are missing here: apt-get install {' '.join(missing)}")


def run_to_end(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path | None = None) -> int:
    """Run a program and return its exit code; Ctrl+C is left to it, so that it can stop at a safe point."""
    with subprocess.Popen(command, env=environment, cwd=folder) as process:
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                continue
            return code if code >= 0 else 128 - code


def program(arguments: Sequence[str]) -> int:
    """Run Chartmend with the caller's working folder, so that relative paths mean what they say."""
    return run_to_end([ensure_environment(), "-P", "-m", "desktop", *arguments], dict(os.environ))


def opens_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments of `chartmend` name no command, and so open the window."""
    takes_value = {"--home", "--today", "--passphrase-file", "--as-user"}
    rest = iter(arguments)
    for argument in rest:
        if argument in takes_value:
            next(rest, None)
        elif argument in ("-h", "--help", "--version", "--self-check") or not argument.startswith("-"):
            return False
    return True


def demo(arguments: list[str]) -> int:
    """Run the demo practice, with a window where there can be one."""
    if not {"--headless", "-h", "--help"} & set(arguments):
        if has_display() or "QT_QPA_PLATFORM" in os.environ:
            require_libraries(bool(os.environ.get("DISPLAY")) and "QT_QPA_PLATFORM" not in os.environ)
        else:
            say("There is no display here, so the demo runs without a window, as with --headless.")
            arguments = [*arguments, "--headless"]
    return program(["demo", *arguments])


def run(arguments: list[str]) -> int:
    """Run the program or one of its commands."""
    if opens_window(arguments) and "QT_QPA_PLATFORM" not in os.environ:
        if not has_display():
            raise SetupError("There is no display here for the window; give a command instead, or see run --help.")
        require_libraries(bool(os.environ.get("DISPLAY")))
    return program(arguments)


def tool(*command: str | Path) -> int:
    """Run one development tool of the environment from the top folder, unseen."""
    environment = dict(os.environ)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return run_to_end([ensure_environment(), "-m", *command], environment, ROOT)


def lint_imports() -> int:
    """Check the import contracts; this tool has no module to start, only a script."""
    script = ensure_environment().with_name("lint-imports.exe" if os.name == "nt" else "lint-imports")
    return run_to_end([script], dict(os.environ), ROOT)


def test(arguments: list[str]) -> int:
    """Run the tests."""
    require_libraries(is_for_window=False)
    return tool("pytest", *arguments)


def bench(arguments: list[str]) -> int:
    """Run the measurements, one at a time, so that they do not disturb each other."""
    require_libraries(is_for_window=False)
    return tool("pytest", "-n", "0", "-m", "benchmark", "-s", "--timeout", "3600", *arguments)


def check(arguments: list[str]) -> int:
    """Everything that has to hold before a change is taken; reports all failures, not only the first."""
    steps: dict[str, Callable[[], int]] = {
        "format": lambda: tool("ruff", "format", "--check", "."),
        "lint": lambda: tool("ruff", "check", "."),
        "types": lambda: tool("mypy"),
        "types of dev.py": lambda: tool("mypy", "--strict", "dev.py"),
        "import contracts": lint_imports,
    }
    if "--no-tests" in arguments:
        arguments = [argument for argument in arguments if argument != "--no-tests"]
    else:
        steps["tests"] = lambda: test(arguments)
    failed = []
    for name, step in steps.items():
        say(f"-- {name}")
        if step():
            failed.append(name)
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def lock(arguments: list[str]) -> int:
    """Work the lock files out anew; versions already in them stay unless --upgrade is given."""
    compile_lock(ROOT / "pyproject.toml", LOCK, ["--group", "dev", *arguments])
    compile_lock(PEER_WISH, PEER_LOCK, arguments)
    compile_lock(SPARK_WISH, SPARK_LOCK, arguments)  # after the first, whose versions it takes
    return 0


def compile_lock(wishes: Path, target: Path, options: Sequence[str]) -> None:
    """Write one lock for all systems: exact versions, hashes, markers, and no address of where they came from."""
    # Settings of this machine (mirrors, folders of wheels) would decide versions or leave paths in the file.
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "PIP_"))}
    with tempfile.TemporaryDirectory() as scratch:
        draft = Path(scratch) / target.name
        if target.exists():
            shutil.copyfile(target, draft)  # uv keeps the versions that it finds in its output file
        choices = "--no-config --universal --python-version 3.11 --generate-hashes --no-annotate"
        privacy = "--no-emit-index-url --no-emit-find-links --custom-compile-command"
        command: list[str | Path] = [ensure_uv(), "pip", "compile", "--quiet", *choices.split(), *privacy.split()]
        command += ["python3 dev.py lock", "--output-file", draft, *options, wishes.name]
        if subprocess.run(command, cwd=wishes.parent, env=with_system_certificates(kept), check=False).returncode:
            raise SetupError(f"No set of versions could be worked out for {wishes.relative_to(ROOT)}.")
        target.write_bytes(draft.read_bytes())


def setup(_arguments: list[str]) -> int:
    """Only set up."""
    ensure_environment()
    return 0


def packages(arguments: list[str]) -> int:
    """Print the missing Debian packages on one line, for scripts."""
    print(" ".join(missing_packages("--window" in arguments)))
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "test": test,
    "run": run,
    "check": check,
    "bench": bench,
    "setup": setup,
    "lock": lock,
    "packages": packages,
}


def main(arguments: list[str]) -> int:
    """Carry out one command; returns the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may well have an older one
        say(f"Chartmend needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 2
    if not arguments or arguments[0] in ("-h", "--help") or arguments[0] not in COMMANDS:
        print(USAGE, end="")
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
