from xml.etree import ElementTree


def where(attribute, value):
    return ".//book[@{}='{}']".format(attribute, value)


def load_catalogue(path="/srv/library/catalogue.xml"):
    return ElementTree.parse(path).getroot()


def books_by_author(request_args, catalogue):
    query = where("author", request_args["author"])
    found = catalogue.findall(query)
    return [
        {"title": node.get("title"), "year": node.get("year")}
        for node in found
    ]
