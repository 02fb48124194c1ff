"""What goes out of the house: the Monday digest by mail, and the weekly sheet to hang on the wall or forward.

Every number comes from the dashboards' façade, so a letter, a sheet and a page can never disagree.
"""
