import yaml
from fastapi import FastAPI, UploadFile

app = FastAPI()
LOADER = getattr(yaml, "CLoader", yaml.Loader)


def parse_pipeline(text):
    document = yaml.load(text, Loader=LOADER)
    return document.get("steps", [])


@app.post("/pipelines")
async def upload_pipeline(definition: UploadFile):
    text = await definition.read()
    steps = parse_pipeline(text)
    return {"steps": [step["name"] for step in steps]}
