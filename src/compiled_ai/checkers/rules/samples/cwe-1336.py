import string

import jinja2
from flask import render_template, render_template_string, request
from jinja2.sandbox import SandboxedEnvironment


def hello():
    name = request.args.get("name", "")
    render_template_string("<p>" + name)  # found: template-injection
    jinja2.Template(f"Hello {name}").render()  # found: template-injection
    render_template_string("<p>{{ name }}</p>", name=name)  # fine
    return render_template("hello.html", name=name)  # fine


def fill(text, name):
    jinja2.Template(text).render(name=name)  # found: template-parameter
    jinja2.Environment(autoescape=True).from_string(text)  # found: template-parameter
    string.Template(text).substitute(name=name)  # fine
    return jinja2.Template("Hello {{ name }}").render(name=name)  # fine


def fill_in_sandbox(text, name):
    environment = SandboxedEnvironment(autoescape=True)
    return environment.from_string(text).render(name=name)  # fine
