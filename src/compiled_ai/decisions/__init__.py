"""The decision log: one record for every run of a workflow whose spec asks for it, chained so that changes show."""
