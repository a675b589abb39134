"""What all tests share. Being here, it also makes `fakes` importable from every test.

`--headed` shows windows on the screen; without it Qt draws unseen. No test reaches further than this computer.
"""

import ipaddress
import os
import socket
import sys

import pytest
from hypothesis import settings

# How long an example takes says something about the computer, nothing about the code.
settings.register_profile("chartmend", settings.get_profile("ci" if os.environ.get("CI") else "default"), deadline=None)
settings.load_profile("chartmend")

_HEADED = "CHARTMEND_TESTS_HEADED"
if "--headed" in sys.argv:
    os.environ[_HEADED] = "1"  # told to worker processes, whose own arguments do not say it
# Before anything imports Qt: without a display it would end the whole process. Set another platform to see windows.
if not os.environ.get(_HEADED):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--headed", action="store_true", help="show the windows of desktop tests on the screen")


class OutsideNetwork(RuntimeError):
    """A test tried to leave this computer."""


def _is_here(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a local socket by path
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _only_this_computer():
    """Connecting anywhere but to this computer fails loudly, and names nothing but the host."""
    real = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo
    patch = pytest.MonkeyPatch()

    def connect(self, address):
        if not _is_here(address):
            raise OutsideNetwork(f"a test connects to {address[0]}")
        return real[0](self, address)

    def connect_ex(self, address):
        if not _is_here(address):
            raise OutsideNetwork(f"a test connects to {address[0]}")
        return real[1](self, address)

    def getaddrinfo(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not _is_here((name,)) and not _is_number(name):
            raise socket.gaierror(socket.EAI_NONAME, "tests look up no names")
        return real[2](host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", connect)
    patch.setattr(socket.socket, "connect_ex", connect_ex)
    patch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    patch.undo()


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
