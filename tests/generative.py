"""Property tests run twice: a seeded sample with every `make test`, and many more examples in `make soak`.

How many is said by the hypothesis profiles in conftest, never by a test.
"""

from __future__ import annotations

import pytest

#: Marks a property test that takes an argument `examples` besides those that hypothesis draws.
sampled = pytest.mark.parametrize("examples", ["sample", pytest.param("many", marks=pytest.mark.soak)])

#: The same for one that writes to the database: the many examples are looked at on SQLite alone, they take long enough.
sampled_in_database = pytest.mark.parametrize(
    "examples", ["sample", pytest.param("many", marks=[pytest.mark.soak, pytest.mark.one_database])]
)
