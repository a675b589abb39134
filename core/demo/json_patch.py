"""JSON Patch (RFC 6902) on a copy of a resource."""

from __future__ import annotations

import copy
from typing import Any

from core.demo.messages import Problem, Resource


def apply_patch(resource: Resource, operations: Any) -> Resource:
    """The resource after all operations; a problem when one of them cannot be applied (then nothing counts)."""
    if not isinstance(operations, list):
        raise Problem(400, "structure", "a JSON Patch is a list of operations")
    result: Any = copy.deepcopy(resource)
    for at, operation in enumerate(operations):
        if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
            raise Problem(400, "structure", f"operation {at} has no path")
        try:
            result = _apply(result, operation)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise Problem(422, "processing", f"operation {at}: path {operation['path']} does not fit") from error
    if not isinstance(result, dict):
        raise Problem(422, "structure", "the patch leaves no resource")
    return result


def _apply(document: Any, operation: Resource) -> Any:
    path, name = operation["path"], operation.get("op")
    if name == "add":
        return _add(document, path, copy.deepcopy(operation["value"]))
    if name == "remove":
        return _remove(document, path)
    if name == "replace":
        _get(document, path)
        return _add(_remove(document, path), path, copy.deepcopy(operation["value"])) if path else operation["value"]
    if name == "copy":
        return _add(document, path, copy.deepcopy(_get(document, operation["from"])))
    if name == "move":
        moved = _get(document, operation["from"])
        return _add(_remove(document, operation["from"]), path, moved)
    if name == "test":
        if _get(document, path) != operation["value"]:
            raise Problem(422, "conflict", f"test failed at {path}")
        return document
    raise Problem(400, "structure", f"unknown patch operation {name}")


def _steps(path: str) -> list[str]:
    if path and not path.startswith("/"):
        raise ValueError(path)
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def _child(parent: Any, step: str) -> Any:
    return parent[int(step)] if isinstance(parent, list) else parent[step]


def _get(document: Any, path: str) -> Any:
    for step in _steps(path):
        document = _child(document, step)
    return document


def _add(document: Any, path: str, value: Any) -> Any:
    if not path:
        return value
    *way, last = _steps(path)
    parent = document
    for step in way:
        parent = _child(parent, step)
    if isinstance(parent, list):
        at = len(parent) if last == "-" else int(last)
        if not 0 <= at <= len(parent):
            raise IndexError(at)
        parent.insert(at, value)
    else:
        parent[last] = value
    return document


def _remove(document: Any, path: str) -> Any:
    *way, last = _steps(path)
    parent = document
    for step in way:
        parent = _child(parent, step)
    if isinstance(parent, list):
        parent.pop(int(last))
    else:
        del parent[last]
    return document
