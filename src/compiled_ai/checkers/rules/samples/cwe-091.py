from lxml import etree

from xml.sax.saxutils import escape


def order(name, count: int):
    first = f"<order><name>{name}</name></order>"  # found: xml-built
    second = "<order><name>%s</name></order>" % name  # found: xml-built
    third = "<name>" + name + "</name>"  # found: xml-built
    fourth = f"<order><name>{escape(name)}</name></order>"  # fine
    fifth = f"<order><count>{count}</count></order>"  # fine
    return first + second + third + fourth + fifth


def style(sheet):
    etree.XSLT(sheet)  # found: stylesheet-from-input
    etree.XSLT(etree.XML(sheet, None))  # found: stylesheet-from-input
    etree.XSLT(etree.parse("fixed.xsl", None))  # fine
    return etree.XSLT(SHEET)  # fine
