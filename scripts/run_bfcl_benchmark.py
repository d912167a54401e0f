"""`compiled-ai bench run bfcl` as a script: python scripts/run_bfcl_benchmark.py --systems compiled,direct ..."""

from compiled_ai.cli.bench_command import run_dataset

run_dataset("bfcl")
