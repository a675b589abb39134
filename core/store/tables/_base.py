"""What all tables share: one metadata and a JSON column that keeps text as orjson writes it."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class Json(TypeDecorator[Any]):
    """A value stored as JSON text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Python value to text."""
        return None if value is None else orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Text to Python value."""
        return None if value is None else orjson.loads(value)
