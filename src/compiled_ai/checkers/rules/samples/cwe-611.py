import xml.etree.ElementTree as ElementTree
import xml.sax
from xml.dom import minidom

import defusedxml.ElementTree
from flask import request
from lxml import etree


def parsers():
    etree.XMLParser(resolve_entities=True)  # found: xml-entities
    etree.XMLParser(no_network=False)  # found: xml-entities
    etree.XMLParser(resolve_entities=False)  # fine
    etree.XMLParser()  # found: xml-entities-parser
    etree.XMLParser(remove_blank_text=True)  # found: xml-entities-parser
    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_external_ges, True)  # found: xml-entities
    reader.setFeature(xml.sax.handler.feature_external_ges, False)  # fine


def receive():
    etree.fromstring(request.data)  # found: xml-from-input
    etree.parse(request.files["file"])  # found: xml-from-input
    ElementTree.fromstring(request.data)  # found: xml-from-input-expansion
    minidom.parseString(request.data)  # found: xml-from-input-expansion
    defusedxml.ElementTree.fromstring(request.data)  # fine
    parser = etree.XMLParser(resolve_entities=False)  # fine
    return etree.fromstring(request.data, parser)  # fine


def load(text, path):
    etree.fromstring(text)  # found: xml-parameter
    xml.sax.parseString(text, None)  # found: xml-parameter
    ElementTree.parse(path)  # found: xml-parameter-expansion
    minidom.parseString(text)  # found: xml-parameter-expansion
    ElementTree.parse("settings.xml")  # fine
    etree.fromstring("<a/>")  # fine
    return defusedxml.ElementTree.parse(path)  # fine


def options_of_parsers():
    wide = {"load_dtd": True, "no_network": False, "resolve_entities": True}  # found: xml-entities-in-table
    named = dict(resolve_entities=True)  # found: xml-entities-in-table
    tight = {"resolve_entities": False, "no_network": True}  # fine
    return wide, named, tight


class Collector:
    def __init__(self, refuse):
        self.loose = xml.parsers.expat.ParserCreate()  # found: xml-expat-expansion
        self.other = expat.ParserCreate("utf-8")  # found: xml-expat-expansion
        self.tight = expat.ParserCreate()  # fine
        self.tight.EntityDeclHandler = refuse
