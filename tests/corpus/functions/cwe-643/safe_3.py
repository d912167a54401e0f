from fastapi import FastAPI, HTTPException
from lxml import etree

app = FastAPI()
DOCUMENT = etree.parse("/srv/prices/list.xml")
PRICE = etree.XPath("string(//product[@code=$code]/price)")


def price_query(code):
    return lambda document: PRICE(document, code=code)


@app.get("/prices/{code}")
async def price(code: str):
    value = price_query(code)(DOCUMENT)
    if not value:
        raise HTTPException(404)
    return {"code": code, "price": value}
