"""The history of the tables, run by `charter.migrate`."""
