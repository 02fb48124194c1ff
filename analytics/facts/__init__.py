"""Fact tables and the rebuild of a day: responses in (through `survey_app.responses.reader`), counts out.

May import survey_app's core, territory, questionnaires and the reader; never dashboards or reports.
"""
