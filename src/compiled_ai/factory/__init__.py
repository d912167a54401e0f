"""The compiler."""

from compiled_ai.factory.compile import Attempt, CompilationResult, CompileOptions, compile_spec

__all__ = ["Attempt", "CompilationResult", "CompileOptions", "compile_spec"]
