from fastapi import FastAPI, Form
from fastapi.responses import HTMLResponse

app = FastAPI()
COMMENTS: list[dict] = []


def render_row(comment: dict) -> str:
    parts = {"who": comment["author"], "text": comment["text"]}
    return "<li><b>%(who)s</b>: %(text)s</li>" % parts


@app.post("/comments")
async def add_comment(author: str = Form(...), text: str = Form(...)):
    COMMENTS.append({"author": author, "text": text[:2000]})
    return {"count": len(COMMENTS)}


@app.get("/comments", response_class=HTMLResponse)
async def show_comments():
    body = "".join(render_row(item) for item in COMMENTS)
    return HTMLResponse(f"<ul>{body}</ul>")
