from flask import request


def login(db):
    data = request.get_json()
    db.users.find_one({"name": data["name"], "word": data["word"]})  # found: query-injection
    db.users.find_one({"name": str(data["name"])})  # fine
    db.users.find_one(request.json)  # found: query-injection
    return db.users.find_one({"name": "admin"})  # fine


def find(db, name):
    db.users.find({"$where": f"this.name == '{name}'"})  # found: where-injection
    db.users.find({"$where": "this.name == '" + name + "'"})  # found: where-injection
    db.users.find({"$where": "this.a > this.b"})  # fine
    return db.users.find({"name": name})  # fine
