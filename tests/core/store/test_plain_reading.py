"""Reading with the driver alone sees the transaction it is in, and fails in the same words."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from core.clock import Clock
from core.store.engine import Store
from core.store.plain import fetch


def test_it_sees_the_transaction_and_its_faults_name_no_values(tmp_path: Path) -> None:
    store = Store(tmp_path, bytes(32), Clock())
    with store.write("ana") as unit:
        unit.connection.exec_driver_sql("INSERT INTO persons (id, created_at) VALUES ('p-1', '2026')")
        assert fetch(unit.connection, "SELECT id FROM persons WHERE id = ?", "p-1") == [("p-1",)]
        with pytest.raises(OperationalError) as fault:
            fetch(unit.connection, "SELECT nothing FROM persons WHERE id = ?", "Rosalind")
        assert "Rosalind" not in str(fault.value)
    store.close()
