"""The grammar of the code: operations, errors, statements, lists. Knows neither users nor HTTP."""
