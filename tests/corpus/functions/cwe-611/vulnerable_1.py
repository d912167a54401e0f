from flask import Flask, jsonify, request
from lxml import etree

app = Flask(__name__)


@app.post("/orders/import")
def import_order():
    parser = etree.XMLParser(resolve_entities=True, no_network=False, load_dtd=True)
    root = etree.fromstring(request.get_data(), parser)
    lines = [
        {"sku": node.get("sku"), "note": node.text}
        for node in root.iterfind("line")
    ]
    return jsonify(lines=lines)
