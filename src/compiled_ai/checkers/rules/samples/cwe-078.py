import asyncio
import os
import shlex
import subprocess

from flask import request


def ping():
    host = request.args.get("host")
    os.system("ping -c 1 " + host)  # found: command-injection
    subprocess.run(f"ping {host}", shell=True)  # found: command-injection
    subprocess.check_output(["sh", "-c", "ping " + host])  # found: command-injection
    subprocess.run(["ping", "-c", "1", host], check=True)  # fine
    os.system("ping " + shlex.quote(host))  # fine
    return subprocess.run(host.split())  # found: command-from-input


def start():
    program = input("program: ")
    subprocess.Popen([program, "-v"])  # found: command-from-input
    subprocess.Popen(["cat", program])  # fine
    arguments = ["ls", "-l", program]
    subprocess.call(arguments)  # fine


async def pack(name, ssh):
    os.popen("tar cf out.tar %s" % name)  # found: command-injection-parameter
    subprocess.call("tar cf {}".format(name), shell=True)  # found: command-injection-parameter
    await asyncio.create_subprocess_shell("ls " + name)  # found: command-injection-parameter
    ssh.exec_command("ls " + name)  # found: command-injection-parameter
    ssh.exec_command("ls " + shlex.quote(name))  # fine
    subprocess.call(["tar", "cf", name])  # fine
    await asyncio.create_subprocess_exec("ls", name)  # fine
    subprocess.call("ls -l", shell=True)  # fine


def resolve(host):
    if not host.isalnum():
        raise ValueError(host)
    return subprocess.getoutput("host " + host)  # fine


class Tool:
    def run(self):
        subprocess.run("convert " + self.path, shell=True)  # found: command-injection-parameter
        subprocess.run(["convert", self.path], check=True)  # fine


def ping_with_count(host, count):
    subprocess.run(["ping", "-c", str(count), "--", host])  # fine
