"""Demo data that behaves like life, told through the same door and closing as real answers.

Downstream of every room of survey_app.
"""
