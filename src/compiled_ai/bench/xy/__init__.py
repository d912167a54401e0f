"""The XY tasks, and three richer examples, as a dataset of the benchmark."""
