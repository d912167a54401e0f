from typing import Literal

Decision = Literal["allow", "ask", "deny"]
MATRIX: dict[tuple[str, str], Decision] = {
    ("viewer", "read"): "allow",
    ("viewer", "comment"): "ask",
    ("viewer", "edit"): "deny",
    ("viewer", "delete"): "deny",
    ("editor", "read"): "allow",
    ("editor", "comment"): "allow",
    ("editor", "edit"): "allow",
    ("editor", "delete"): "ask",
}
CHANGES = {"edit", "delete"}


def access_matrix(data: AccessMatrixInput) -> AccessMatrixOutput:
    """Start from the role, then apply ownership, lock and suspension."""
    role, action = data["role"], data["action"]
    locked = data["locked"] and action in CHANGES and role != "admin"
    suspended = data.get("suspended") is True
    base = MATRIX.get((role, action), "allow")
    if base == "deny":
        return {"decision": "deny", "reason": "role"}
    if locked or suspended:
        return {"decision": "deny", "reason": "locked" if locked else "suspended"}
    if base == "ask" and data["owner"]:
        return {"decision": "allow", "reason": "owner"}
    return {"decision": base, "reason": "role"}
