import xml.etree.ElementTree as ET
from xml.dom import minidom

import defusedxml.ElementTree
import defusedxml.minidom
from flask import Flask, request
from lxml import etree

app = Flask(__name__)


@app.route("/xml", methods=["POST"])
def vulnerable_post():
    tree = etree.fromstring(request.data)
    return etree.tostring(tree)


@app.route("/xml2", methods=["POST"])
def fixed_post():
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    tree = etree.fromstring(request.data, parser)
    return etree.tostring(tree)


def vulnerable_parse(path):
    parser = etree.XMLParser(resolve_entities=True)
    return etree.parse(path, parser)


def fixed_parse(path):
    parser = etree.XMLParser(resolve_entities=False)
    return etree.parse(path, parser)


def vulnerable_tree(text):
    return ET.fromstring(text)


def fixed_tree(text):
    return defusedxml.ElementTree.fromstring(text)


def vulnerable_dom(text):
    return minidom.parseString(text)


def fixed_dom(text):
    return defusedxml.minidom.parseString(text)
