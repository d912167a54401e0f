from lxml import etree


class StaffDirectory:
    def __init__(self, path):
        self.tree = etree.parse(path)

    def find(self, login, badge):
        matches = self.tree.xpath(
            f"//employee[@login='{login}' and @badge='{badge}']"
        )
        return matches[0].get("role") if matches else None
