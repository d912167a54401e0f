"""`compiled-ai bench run agentbench-db` as a script; name another environment, such as agentbench-os, first: python scripts/run_agentbench_benchmark.py --systems compiled,direct ..."""

from compiled_ai.cli.bench_command import run_dataset

run_dataset("agentbench-db")
