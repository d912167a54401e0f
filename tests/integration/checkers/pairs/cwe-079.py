import html

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from flask import Flask, make_response, render_template, request
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

app = Flask(__name__)


@app.route("/search")
def vulnerable_search():
    term = request.args.get("q", "")
    return f"<p>Nothing found for {term}</p>"


@app.route("/search2")
def fixed_search():
    term = request.args.get("q", "")
    return f"<p>Nothing found for {html.escape(term)}</p>"


@app.route("/greet/<name>")
def vulnerable_greet(name):
    response = make_response("Hello " + name)
    return response


@app.route("/greet2/<name>")
def fixed_greet(name):
    return render_template("greet.html", name=name)


def vulnerable_page(request):
    comment = request.POST.get("comment")
    return HttpResponse("<div>%s</div>" % comment)


def fixed_page(request):
    comment = request.POST.get("comment")
    return HttpResponse("<div>%s</div>" % escape(comment))


def vulnerable_badge(obj):
    return mark_safe('<span class="badge">' + obj.title + "</span>")


def fixed_badge(obj):
    return format_html('<span class="badge">{}</span>', obj.title)


def vulnerable_environment(folder):
    return Environment(loader=FileSystemLoader(folder))


def fixed_environment(folder):
    return Environment(loader=FileSystemLoader(folder), autoescape=select_autoescape())


def vulnerable_link(url, text):
    return Markup(f'<a href="{url}">{text}</a>')


def fixed_link(url, text):
    return Markup('<a href="{}">{}</a>').format(url, text)


def vulnerable_table(rows):
    out = "<table>"
    for row in rows:
        out += "<tr><td>" + row + "</td></tr>"
    return out + "</table>"


def fixed_table(rows):
    out = "<table>"
    for row in rows:
        out += "<tr><td>" + html.escape(row) + "</td></tr>"
    return out + "</table>"


def vulnerable_view(request):
    return HttpResponse(f"Hello {request.GET['name']}")


def fixed_view(request):
    return render(request, "hello.html", {"name": request.GET["name"]})
