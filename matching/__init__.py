"""Pure decisions: who is one person, which charge belongs to which visit, what is missing or wrong.

Nothing here knows SQL, HTTP, Qt, files or the clock; "today" is an argument.
"""
