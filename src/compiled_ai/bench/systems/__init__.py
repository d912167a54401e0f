"""Our own systems: the model asked directly, compiled code, code that synthesis wrote, code that a person wrote."""
