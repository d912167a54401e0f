"""Side effects with declared capabilities: HTTP, databases, notifications. They run outside of the pure subset, bounded, checked and audited.

Compiled code never calls them: whoever runs a workflow opens an effect (`open_effect`), hands an answer to it, and reads the audit log.
"""
