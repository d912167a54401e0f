import re

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


def dedupe_emails(data: DedupeEmailsInput) -> DedupeEmailsOutput:
    """Keep every usable address once, in order."""
    tidy = [email.strip().lower() for email in data["emails"]]
    usable = [email for email in tidy if ADDRESS.fullmatch(email)]
    unique = list(dict.fromkeys(usable))
    return {
        "emails": unique,
        "duplicates": len(usable) - len(unique),
        "unusable": len(tidy) - len(usable),
    }
