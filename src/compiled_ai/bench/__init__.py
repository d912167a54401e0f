"""The benchmark: other people's tasks as specs of ours, and their own checkers. So far BFCL's single-turn categories of Python functions."""
