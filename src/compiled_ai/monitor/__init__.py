"""Watching a workflow in production: counts against a baseline, shadow checks, and demotion to the fallback."""
