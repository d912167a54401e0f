"""Models: the only room that talks to them. Everything goes through `LlmClient`.

Importing it is cheap; a provider's client library is loaded on the first live call.
"""

from __future__ import annotations

from compiled_ai.llm.client import LlmClient, from_function, make_client
from compiled_ai.llm.exchange import Request, Role, Source, Turn
from compiled_ai.llm.ledger import Call, Ledger, Totals
from compiled_ai.llm.providers import ProviderStatus, provider_status
from compiled_ai.llm.settings import LlmSettings, load_settings

__all__ = [
    "Call",
    "Ledger",
    "LlmClient",
    "LlmSettings",
    "ProviderStatus",
    "Request",
    "Role",
    "Source",
    "Totals",
    "Turn",
    "from_function",
    "load_settings",
    "make_client",
    "provider_status",
]
