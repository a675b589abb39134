"""What the published R4 models say about a resource that is about to be sent."""

from __future__ import annotations

from typing import Any

import orjson


def new_faults(kind: str, before: bytes | None, after: bytes) -> tuple[str, ...]:
    """Places at which the resource to be sent is not valid and was not invalid before: those would be our doing."""
    theirs = set(faults(kind, before)) if before is not None else set()
    return tuple(place for place in faults(kind, after) if place not in theirs)


def faults(kind: str, resource: bytes) -> tuple[str, ...]:
    """Places at which a resource is not valid R4, without their values."""
    # Slow to load (a third of a second), and needed only when something is sent.
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415
    from pydantic import ValidationError  # noqa: PLC0415

    body: Any = orjson.loads(resource)
    try:
        get_fhir_model_class(kind).model_validate(body)
    except ValidationError as why:
        return tuple(dict.fromkeys(".".join(str(part) for part in one["loc"]) for one in why.errors()))
    except KeyError:  # a type that the models do not know
        return (kind,)
    return ()
