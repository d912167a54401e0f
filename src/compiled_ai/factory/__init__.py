"""The compiler."""

from compiled_ai.factory.attempts import Attempt
from compiled_ai.factory.compile import CompilationResult, CompileOptions, compile_spec
from compiled_ai.factory.effort import Effort

__all__ = ["Attempt", "CompilationResult", "CompileOptions", "Effort", "compile_spec"]
