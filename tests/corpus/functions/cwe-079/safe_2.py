from django import template
from django.utils.html import format_html

register = template.Library()

BADGE = '<span class="badge" title="{}">{}</span>'


@register.filter
def user_badge(user):
    """Show the display name that the member chose."""
    label = user.profile.display_name or user.username
    hint = user.profile.motto or "member"
    return format_html(BADGE, hint, label)
