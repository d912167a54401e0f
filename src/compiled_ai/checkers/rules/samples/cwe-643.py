from flask import request
from lxml import etree

TREE = etree.parse("users.xml")


def by_request():
    name = request.args["name"]
    TREE.xpath("//user[name='" + name + "']")  # found: xpath-injection
    etree.XPath(f"//user[name='{name}']")  # found: xpath-injection
    TREE.xpath("//user[name=$name]", name=name)  # fine
    return etree.XPath("//user[name=$name]")(TREE, name=name)  # fine


def by_parameter(root, name: str, number: int):
    root.xpath(f"//user[name='{name}']")  # found: xpath-injection-parameter
    root.findall("./user[@name='%s']" % name)  # found: xpath-injection-parameter
    root.findall(f"./user[{number}]")  # fine
    root.find(name)  # fine
    return root.xpath("//user[name=$name]", name=name)  # fine
