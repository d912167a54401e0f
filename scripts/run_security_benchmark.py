"""`compiled-ai bench run security` as a script: python scripts/run_security_benchmark.py --systems compiled,direct ..."""

from compiled_ai.cli.bench_command import run_dataset

run_dataset("security")
