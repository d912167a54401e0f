"""Running code that nobody has reason to trust, with every end turned into facts."""
