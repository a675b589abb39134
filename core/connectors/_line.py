"""The line to another system: its address, whom to trust, and how long and how fast."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from core.connectors._port import Settings
from core.errors import BadInput

_TIMEOUT_S = 60.0
_CONNECT_S = 15.0
_TRIES_WORTH = 10  # a request with all its tries may take so many times the time limit of one


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for one step, for a request with all its tries, and between two requests."""

    step_s: float
    whole_s: float
    gap_s: float

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits of a connection: `timeout` in seconds, `rate` in requests a second."""
        step_s = _number(settings, "timeout") or _TIMEOUT_S
        rate = _number(settings, "rate")
        return cls(step_s, step_s * _TRIES_WORTH, 1 / rate if rate else 0.0)


def make_client(settings: Settings) -> httpx.Client:
    """A client that trusts what this computer trusts, and the certificates of `ca_file` besides."""
    trust = ssl.create_default_context()
    ca_file = settings.options.get("ca_file")
    try:
        if ca_file:
            trust.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError) as why:
        raise BadInput("The file with certificates cannot be read.", place="ca_file", code="CM-NET-20") from why
    step_s = Limits.of(settings).step_s
    return httpx.Client(
        verify=trust,
        timeout=httpx.Timeout(step_s, connect=min(step_s, _CONNECT_S)),
        follow_redirects=False,
        trust_env=not _is_this_computer(settings.url or ""),
    )


def base_address(settings: Settings) -> str:
    """The base address with its final slash. Raises BadInput for something that is no web address."""
    url = (settings.url or "").strip()
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_good = False
    if not is_good or parts.query or parts.fragment or parts.password:
        raise BadInput(
            "The address must begin with https:// (or http:// inside your own network).", place="url", code="CM-NET-21"
        )
    return url.rstrip("/") + "/"


def origin(address: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address: what has to be equal for two addresses to be one server."""
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return "", "", 0
    return parts.scheme, (parts.hostname or "").lower(), port


def _is_this_computer(url: str) -> bool:
    """The way to this computer itself never goes through a proxy."""
    host = origin(url)[1]
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _number(settings: Settings, name: str) -> float:
    text = settings.options.get(name) or "0"
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e6:
        raise BadInput(f"{name} must be a number.", place=name, code="CM-NET-22")
    return found
