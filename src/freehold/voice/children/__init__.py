"""Child processes that work for a worker, and the pipe protocol that they speak.

messages   one message: a line of JSON, and bytes    child   the parent's side: one process
serving    the child's side, for children in Python   pool    several, leased one request at a time
"""
