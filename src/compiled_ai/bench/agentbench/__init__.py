"""AgentBench's dev split: 146 tasks in five environments, each a dataset of its own."""

from compiled_ai.bench.agentbench.dataset import make

__all__ = ["make"]
