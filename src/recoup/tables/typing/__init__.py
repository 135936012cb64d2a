"""Which type each expression of a model has, and where types do not go together.

``infer`` finds the type of a node from those of the names it reads; ANY is a type of which nothing is known.
``type_problems`` looks at a whole model: comparisons and arithmetic across types, cells that test another type than
their column has, answers of another type than declared, names that nothing defines.
"""

from __future__ import annotations

from recoup.tables.typing.inference import infer
from recoup.tables.typing.problems import type_problems
from recoup.tables.typing.values import type_of_value

__all__ = ["infer", "type_of_value", "type_problems"]
