"""HOW MANY CAME: visits and dossiers per week and unit, the denominators of the answers; append-only, newest wins.

May import core, the audit log, territory and questionnaires. Knows no answer. Read through `register.visits_of`.
"""
