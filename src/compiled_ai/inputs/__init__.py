"""Inputs made from a schema and from examples, to run code on what no case has thought of."""
