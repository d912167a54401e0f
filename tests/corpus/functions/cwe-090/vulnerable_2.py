import ldap


class GroupDirectory:
    base = "ou=groups,dc=example,dc=org"
    template = "(&(cn=%s)(memberUid=%s))"

    def __init__(self, handle):
        self.handle = handle

    def _filter(self, *values):
        return self.template % values

    def is_member(self, group, user):
        query = self._filter(group, user)
        return bool(self.handle.search_s(self.base, ldap.SCOPE_SUBTREE, query, ["cn"]))


def may_publish(request, directory):
    return directory.is_member("editors", request.POST["user"])
