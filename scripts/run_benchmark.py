"""`compiled-ai bench run` as a script: python scripts/run_benchmark.py DATASET --systems compiled,direct ..."""

from compiled_ai.cli.bench_command import run_dataset

run_dataset()
