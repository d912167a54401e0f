"""Whether code has learnt its task or its examples, and whether the examples could tell."""
