from fastapi import Depends
from flask import Flask, abort
from flask_login import current_user, login_required

app = Flask(__name__)


@app.route("/admin/users")
def users():  # found: open-admin-view
    return list_users()


@app.post("/users/<number>/delete")
def remove(number):  # found: open-admin-view
    return remove_user(number)


@app.route("/admin/reports")
@login_required
def reports():  # fine
    return list_reports()


@app.route("/admin/settings")
def settings():  # fine
    if not current_user.is_admin:
        abort(403)
    return list_settings()


@app.get("/admin/jobs")
def jobs(user=Depends(list_users)):  # fine
    return user
