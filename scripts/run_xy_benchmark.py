"""`compiled-ai bench run xy` as a script: python scripts/run_xy_benchmark.py --systems compiled,direct ..."""

from compiled_ai.cli.bench_command import run_dataset

run_dataset("xy")
