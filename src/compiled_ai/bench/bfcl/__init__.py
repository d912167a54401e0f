"""BFCL v4: its single-turn categories as tasks of ours, and an evaluator that agrees with the official one."""
