"""OData 4.01 query options as a filter, an order and a window.

The parser is our own. The published grammar is right-recursive and does not encode the ranks of
the operators, which part 2, section 5.1.1.17 of the standard gives as a table; precedence climbing
reads that table as it stands. The one library with a grammar keeps no positions of mistakes and
takes a text that looks like a GUID for one, digits of any script for digits, and a list of one
value only with a comma behind it.
"""

from charter.kernel.filters.odata.expressions import parse
from charter.kernel.filters.odata.options import orders, selected, whole

__all__ = ["orders", "parse", "selected", "whole"]
