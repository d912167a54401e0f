"""Gates on text that meets a model: what comes in, what goes out, and what must not leave. They judge; who calls them decides what follows."""
