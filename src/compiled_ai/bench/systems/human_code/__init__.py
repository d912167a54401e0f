"""Code written by hand for a task: what compiled code is compared with.

A helper of the project, itself a language model and no human programmer, wrote each from the spec's text and visible examples alone, in one sitting; it was run on
the visible examples, and on nothing else, before it was fixed. Each module is named like its task and has one function, ``answer``: the output for an input,
or None to decline. Standard library only.
"""
