"""On which databases a test is run: what never reaches the storage is proved on one as well as on both."""

from __future__ import annotations

import pytest

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
