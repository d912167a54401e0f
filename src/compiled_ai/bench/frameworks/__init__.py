"""Frameworks of agents as baselines. Each talks to a gateway on loopback only; their libraries are the extra ``baselines``."""
