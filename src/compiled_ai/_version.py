"""The one place that holds the version. Bump it with every change that can alter what a compilation yields."""

__version__ = "0.2.0"
