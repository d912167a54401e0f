"""The security dataset: what has to be blocked and what must not be, and the gates that there are."""
