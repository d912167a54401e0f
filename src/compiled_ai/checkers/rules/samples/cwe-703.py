import contextlib


def remove(user, path):
    assert user.is_admin  # found: assert-guards
    assert user.has_perm("remove"), "no"  # found: assert-guards
    assert path  # fine
    if not user.is_admin:  # fine
        raise PermissionError(path)
    try:  # found: all-errors-ignored
        path.unlink()
    except Exception:
        pass
    try:  # found: all-errors-ignored
        path.unlink()
    except:
        pass
    try:  # found: error-ignored
        path.unlink()
    except OSError:
        pass
    try:  # found: error-ignored
        path.unlink()
    except PermissionError:
        pass
    try:  # fine
        path.unlink()
    except FileNotFoundError:
        return False
    with contextlib.suppress(FileNotFoundError):  # fine
        path.unlink()
    return True
