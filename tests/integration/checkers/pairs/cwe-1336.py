from flask import Flask, render_template, render_template_string, request
from jinja2 import Template
from jinja2.sandbox import SandboxedEnvironment

app = Flask(__name__)


@app.route("/hi")
def vulnerable_hi():
    return render_template_string("<h1>Hi " + request.args["name"] + "</h1>")


@app.route("/hi2")
def fixed_hi():
    return render_template("hi.html", name=request.args["name"])


def vulnerable_mail(body, user):
    return Template(body).render(user=user)


def fixed_mail(body, user):
    environment = SandboxedEnvironment(autoescape=True)
    return environment.from_string(body).render(user=user)


@app.errorhandler(404)
def vulnerable_missing(error):
    page = "<p>%s does not exist</p>" % request.url
    return render_template_string(page), 404


@app.errorhandler(404)
def fixed_missing(error):
    return render_template_string("<p>{{ url }} does not exist</p>", url=request.url), 404
