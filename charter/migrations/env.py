"""Runs migrations over the connection that `charter.migrate` opened."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # Given when the tables are compared; running the history needs none of today's code.
    target_metadata=context.config.attributes.get("metadata"),
    compare_type=True,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
