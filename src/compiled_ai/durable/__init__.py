"""Workflows on Temporal: the same results as the local executor, surviving the death of workers and servers. Needs the extra ``temporal``."""
