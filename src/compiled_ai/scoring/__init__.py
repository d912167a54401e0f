"""How far an answer agrees with the expected one, and what many such verdicts are worth together."""
