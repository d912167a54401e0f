import html

import jinja2
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from flask import Flask, make_response, render_template, render_template_string, request
from markupsafe import Markup, escape

app = Flask(__name__)


@app.route("/hello")
def hello():
    name = request.args.get("name", "")
    return "<h1>Hello " + name + "</h1>"  # found: xss-response


@app.route("/hello2")
def hello_formatted():
    name = request.args.get("name", "")
    if not name:
        return "<p>%s</p>" % request.form["other"]  # found: xss-response
    return f"<h1>Hello {escape(name)}</h1>"  # fine


@app.route("/user/<name>")
def user(name):
    return f"<h1>{name}</h1>", 200  # found: xss-response


@app.route("/item/<int:number>")
def item(number: int):
    return f"<h1>{number}</h1>"  # fine


@app.route("/template")
def template():
    name = request.args.get("name", "")
    if name == "json":
        return {"name": name}  # fine
    return render_template("hello.html", name=name)  # fine


def view(request):
    query = request.GET["q"]
    Markup("<b>" + query + "</b>")  # found: xss-marked-safe
    Markup("<b>{}</b>").format(query)  # fine
    mark_safe(f"<b>{html.escape(query)}</b>")  # fine
    mark_safe("<b>%s</b>" % query)  # found: xss-marked-safe
    if query:
        return HttpResponse("Results for " + query)  # found: xss-response
    return HttpResponse("Results for " + escape(query))  # fine


def plain(request):
    make_response(request.args["x"])  # found: xss-response
    return HttpResponse(request.GET["q"], content_type="text/plain")  # fine


def link(address, title):
    first = mark_safe("<a href='%s'>" % address)  # found: xss-marked-safe-parameter
    second = format_html("<a href='{}'>{}</a>", address, title)  # fine
    third = mark_safe("<br>")  # fine
    return first + second + third


class Column:
    def label(self, obj):
        return mark_safe(f"<b>{self.name}</b>")  # found: xss-marked-safe-parameter

    def escaped(self, obj):
        return mark_safe(f"<b>{escape(obj.name)}</b>")  # fine


def page(title, items):
    text = f"<html><title>{title}</title>"  # found: html-built
    text += "<h1>" + title + "</h1>"  # found: html-built
    for entry in items:
        text += "<li>{}</li>".format(html.escape(entry))  # fine
    return text + f"<p>{html.escape(title)}</p>" + f"<Page {title}>"  # fine


def environments(folder):
    jinja2.Environment(autoescape=False)  # found: autoescape-off
    render_template_string("{{ name|safe }}", name=folder)  # found: autoescape-off
    render_template_string("{{ name }}", name=folder)  # fine
    jinja2.Environment(loader=jinja2.FileSystemLoader(folder))  # found: autoescape-missing
    jinja2.Environment()  # found: autoescape-missing
    jinja2.Environment(autoescape=True)  # fine
    return jinja2.Environment(autoescape=jinja2.select_autoescape())  # fine


def row_by_mapping(comment):
    parts = {"who": comment["author"]}
    return "<li><b>%(who)s</b></li>" % parts  # found: html-built
