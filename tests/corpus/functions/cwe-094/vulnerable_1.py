from flask import Flask, render_template_string, request

app = Flask(__name__)

PAGE = """
<html><body>
  <p>%s</p>
  <p>Today is {{ day }}.</p>
</body></html>
"""


@app.route("/welcome")
def welcome():
    greeting = request.args.get("greeting", "Hello")
    day = request.args.get("day", "Monday")
    return render_template_string(PAGE % greeting, day=day)
