"""The tools that judge a text of code without running it: each called as its own module, each proven on known-bad code before it is believed."""
