from fastapi import FastAPI, HTTPException
from lxml import etree

app = FastAPI()
DOCUMENT = etree.parse("/srv/prices/list.xml")


def price_query(code):
    source = "string(//product[@code='" + code + "']/price)"
    return etree.XPath(source)


@app.get("/prices/{code}")
async def price(code: str):
    value = price_query(code)(DOCUMENT)
    if not value:
        raise HTTPException(404)
    return {"code": code, "price": value}
