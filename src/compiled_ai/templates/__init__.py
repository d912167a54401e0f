"""What generated code is built of: activity templates, types, decision tables, compliance blocks."""

from compiled_ai.templates.activities import TEMPLATES, ActivityTemplate, choose_functions, choose_template
from compiled_ai.templates.compliance import compliance_prompt
from compiled_ai.templates.module_api import describe_functions
from compiled_ai.templates.rule_table import render_rule_activity
from compiled_ai.templates.source import ActivityTypes, Header, assemble

__all__ = [
    "TEMPLATES",
    "ActivityTemplate",
    "ActivityTypes",
    "Header",
    "assemble",
    "choose_functions",
    "choose_template",
    "compliance_prompt",
    "describe_functions",
    "render_rule_activity",
]
