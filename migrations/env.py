"""Runs the migrations on the application's database (our own: the generated one calls a deprecated accessor)."""

from alembic import context
from sqlalchemy import Connection

import analytics.facts.models
import analytics.findings.models
import analytics.published.models
import analytics.reports.models
import survey_app.audit_log.models
import survey_app.demo.models
import survey_app.integration.models
import survey_app.ledger.models
import survey_app.ledger.order_models
import survey_app.listening.models
import survey_app.paper.models
import survey_app.questionnaires.models
import survey_app.responses.guard_models
import survey_app.responses.models
import survey_app.responses.ticket_models
import survey_app.staff.models
import survey_app.territory.assisted_models
import survey_app.territory.models
import survey_app.territory.office_models
import survey_app.visits.models  # noqa: F401  # each import adds its tables to Base.metadata
from survey_app.database import WRITE, Base, db


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Monthly partitions are made by closing, not by migrations."""
    return not (kind == "table" and name is not None and name.startswith("response_"))


def run(connection: Connection) -> None:
    """Run what the command asked for in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=_is_ours,
        compare_type=True,
        render_as_batch=False,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with db.engine.connect().execution_options(**{WRITE: True}) as fresh, fresh.begin():
        run(fresh)
