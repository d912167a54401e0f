import os
import shlex
import subprocess

from flask import Flask, abort, request

app = Flask(__name__)


@app.route("/lookup")
def vulnerable_lookup():
    domain = request.args.get("domain")
    return subprocess.check_output("nslookup " + domain, shell=True)


@app.route("/lookup2")
def fixed_lookup():
    domain = request.args.get("domain")
    return subprocess.check_output(["nslookup", "--", domain])


def vulnerable_archive(folder):
    os.system(f"tar czf backup.tgz {folder}")


def fixed_archive(folder):
    subprocess.run(["tar", "czf", "backup.tgz", folder], check=True)


def vulnerable_convert(source, target):
    command = "convert %s %s" % (source, target)
    return subprocess.Popen(command, shell=True, stdout=subprocess.PIPE).communicate()


def fixed_convert(source, target):
    command = "convert %s %s" % (shlex.quote(source), shlex.quote(target))
    return subprocess.Popen(command, shell=True, stdout=subprocess.PIPE).communicate()


def vulnerable_size():
    name = input("Enter a file name: ")
    os.popen("du -sh " + name)


def fixed_size():
    name = input("Enter a file name: ")
    subprocess.run(["du", "-sh", name], check=False)


class Repository:
    def vulnerable_checkout(self, branch):
        cmd = "cd {} && git checkout {}".format(self.path, branch)
        return subprocess.call(cmd, shell=True)

    def fixed_checkout(self, branch):
        return subprocess.call(["git", "checkout", branch, "--"], cwd=self.path)


@app.route("/run")
def vulnerable_run():
    tool = request.args["tool"]
    return subprocess.run([tool, "--version"], capture_output=True).stdout


@app.route("/run2")
def fixed_run():
    tool = request.args["tool"]
    if tool not in {"git", "hg"}:
        abort(400)
    return subprocess.run([tool, "--version"], capture_output=True).stdout
