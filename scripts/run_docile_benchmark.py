"""`compiled-ai bench run docile` as a script: python scripts/run_docile_benchmark.py --systems compiled,direct ..."""

from compiled_ai.cli.bench_command import run_dataset

run_dataset("docile")
