import html
import re


def clean(text):
    text = re.sub(r"<script.*?>.*?</script>", "", text)  # found: tags-removed-by-pattern
    re.findall(r"<SCRIPT>", text)  # found: tags-removed-by-pattern
    text = text.replace("<", "&lt;")  # found: escaped-by-replace
    text = text.replace("'", "''")  # found: escaped-by-replace
    text = text.replace("a", "b")  # fine
    re.sub(r"<p>", "", text)  # fine
    return html.escape(text)  # fine
