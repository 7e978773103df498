"""Runs the migrations on the connection that ``helpline.store.database`` hands over."""

from alembic import context

import helpline.store.all_tables  # noqa: F401 -- adds every table to Base
from helpline.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
context.run_migrations()
