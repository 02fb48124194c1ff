"""What the audit log says of questionnaires."""

from survey_app.audit_log.event_types import declare

QUESTIONNAIRE_STORED = declare("questionnaire.stored", "questionnaire", "hash", "from_day")
"""A version was published; with a unit, that unit and those below it use it from the day on."""
QUESTIONNAIRE_PUBLISHED = declare("questionnaire.published", "before", "after", "hash", "from_day")
"""A unit and those below it ask another questionnaire from the day on; labels before and after."""
