# Functions as they stand in larger projects: few imports, values from parameters and attributes.


def vulnerable_serve(self, path):
    full = os.path.join(self.static_root, path.lstrip("/"))
    if not os.path.exists(full):
        raise NotFound(path)
    with open(full, "rb") as fp:
        return fp.read()


def fixed_serve(self, path):
    full = os.path.realpath(os.path.join(self.static_root, path.lstrip("/")))
    if os.path.commonpath((full, os.path.realpath(self.static_root))) != os.path.realpath(self.static_root):
        raise NotFound(path)
    with open(full, "rb") as fp:
        return fp.read()


def vulnerable_attachment(self, message, directory):
    for part in message.walk():
        filename = part.get_filename()
        if filename:
            with open(os.path.join(directory, filename), "wb") as out:
                out.write(part.get_payload(decode=True))


def fixed_attachment(self, message, directory):
    for part in message.walk():
        filename = part.get_filename()
        if filename:
            filename = os.path.basename(filename.replace("\\", "/"))
            with open(os.path.join(directory, filename), "wb") as out:
                out.write(part.get_payload(decode=True))


def vulnerable_delete_theme(self, name):
    shutil.rmtree(self.themes / name)


def fixed_delete_theme(self, name):
    target = (self.themes / name).resolve()
    if not str(target).startswith(str(self.themes.resolve()) + os.sep):
        raise PermissionError(name)
    shutil.rmtree(target)


def vulnerable_git_log(repo_path, ref):
    out = subprocess.Popen("git -C %s log %s" % (repo_path, ref), shell=True, stdout=subprocess.PIPE)
    return out.communicate()[0]


def fixed_git_log(repo_path, ref):
    out = subprocess.Popen(["git", "-C", repo_path, "log", ref, "--"], stdout=subprocess.PIPE)
    return out.communicate()[0]


def vulnerable_notify(title, message):
    os.system("osascript -e 'display notification \"{}\" with title \"{}\"'".format(message, title))


def fixed_notify(title, message):
    subprocess.call(["osascript", "-e", "on run argv", "-e", "end run", title, message])


def vulnerable_load_config(stream):
    return yaml.load(stream)


def fixed_load_config(stream):
    return yaml.load(stream, Loader=yaml.SafeLoader)


def vulnerable_decode_session(self, session_data):
    raw = base64.b64decode(session_data)
    return pickle.loads(raw)


def fixed_decode_session(self, session_data):
    raw = base64.b64decode(session_data)
    return json.loads(raw)


def vulnerable_metadata(self, body):
    root = etree.fromstring(body)
    return root.findtext("title")


def fixed_metadata(self, body):
    root = etree.fromstring(body, parser=etree.XMLParser(resolve_entities=False, no_network=True))
    return root.findtext("title")


def vulnerable_token(self, user):
    token = "".join(random.choice(string.hexdigits) for _ in range(40))
    self.db.save(user, token)
    return token


def fixed_token(self, user):
    token = secrets.token_hex(20)
    self.db.save(user, token)
    return token


def vulnerable_verify(self, request_signature, payload):
    digest = hmac.new(self.secret, payload, hashlib.sha1).hexdigest()
    return request_signature == "sha1=" + digest


def fixed_verify(self, request_signature, payload):
    digest = hmac.new(self.secret, payload, hashlib.sha256).hexdigest()
    return hmac.compare_digest(request_signature, "sha256=" + digest)


def vulnerable_list_rows(self, table, order_by="id"):
    self.cursor.execute(f"SELECT * FROM {table} ORDER BY {order_by}")
    return self.cursor.fetchall()


def fixed_list_rows(self, table, order_by="id"):
    if table not in self.known_tables or order_by not in self.known_columns[table]:
        raise ValueError(table)
    self.cursor.execute(f"SELECT * FROM {table} ORDER BY {order_by}")
    return self.cursor.fetchall()


def vulnerable_search_users(session, term):
    sql = "SELECT id, name FROM users WHERE name LIKE '%" + term + "%'"
    return session.execute(text(sql)).fetchall()


def fixed_search_users(session, term):
    sql = "SELECT id, name FROM users WHERE name LIKE :term"
    return session.execute(text(sql), {"term": f"%{term}%"}).fetchall()


def vulnerable_render_value(self, value):
    return mark_safe("<code>%s</code>" % value)


def fixed_render_value(self, value):
    return mark_safe("<code>%s</code>" % conditional_escape(value))


def vulnerable_label(self, name, url):
    return f'<a class="user" href="{url}">{name}</a>'


def fixed_label(self, name, url):
    return f'<a class="user" href="{escape(url)}">{escape(name)}</a>'


def vulnerable_fetch_feed(self, feed_url):
    response = self.session.get(feed_url, timeout=10)
    return response.text


def fixed_fetch_feed(self, feed_url):
    if not self._is_public_url(feed_url):
        raise ValueError("not a public address")
    response = self.session.get(feed_url, timeout=10)
    return response.text


def vulnerable_connect_ssh(self, host, user):
    ssh = paramiko.SSHClient()
    ssh.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    ssh.connect(host, username=user)
    return ssh


def fixed_connect_ssh(self, host, user):
    ssh = paramiko.SSHClient()
    ssh.load_host_keys(self.known_hosts)
    ssh.connect(host, username=user)
    return ssh


def vulnerable_write_pid(self):
    path = "/tmp/%s.pid" % self.name
    with open(path, "w") as fp:
        fp.write(str(os.getpid()))


def fixed_write_pid(self):
    fd, path = tempfile.mkstemp(prefix=self.name, suffix=".pid")
    with os.fdopen(fd, "w") as fp:
        fp.write(str(os.getpid()))


def vulnerable_secret_file(self, path, value):
    with open(path, "w") as fp:
        fp.write(value)
    os.chmod(path, stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)


def fixed_secret_file(self, path, value):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(fd, "w") as fp:
        fp.write(value)


def vulnerable_formula(self, cell, names):
    try:
        return eval(cell.expression, {}, names)
    except Exception:
        return None


def fixed_formula(self, cell, names):
    return simple_expressions.evaluate(cell.expression, names)


def vulnerable_handler(self, request, context):
    with open(os.path.join(self.root, request.name)) as fp:
        return fp.read()


def fixed_handler(self, request, context):
    name = secure_filename(request.name)
    with open(os.path.join(self.root, name)) as fp:
        return fp.read()


def vulnerable_after_login(request):
    next_url = request.GET.get("next") or "/"
    return redirect(next_url)


def fixed_after_login(request):
    next_url = request.GET.get("next") or "/"
    if not is_safe_url(next_url, allowed_hosts=settings.ALLOWED_HOSTS):
        next_url = "/"
    return redirect(next_url)


def vulnerable_template(self, request):
    env = jinja2.Environment()
    return env.from_string(self.get_argument("template")).render()


def fixed_template(self, request):
    env = jinja2.sandbox.SandboxedEnvironment(autoescape=True)
    return env.get_template("page.html").render(value=self.get_argument("template"))


def vulnerable_link_header(text):
    return re.findall(r"<(.*?)>(?:\s*;\s*rel=\"?(\w+)\"?)*\s*\s*,", text)


def fixed_link_header(text):
    return [part.split(";") for part in text.split(",")]


def vulnerable_upload_view(request):
    upload = request.FILES["document"]
    with open("/srv/media/" + upload.name, "wb+") as out:
        for chunk in upload.chunks():
            out.write(chunk)


def fixed_upload_view(request):
    upload = request.FILES["document"]
    name = get_valid_filename(os.path.basename(upload.name))
    with open("/srv/media/" + name, "wb+") as out:
        for chunk in upload.chunks():
            out.write(chunk)


def vulnerable_api_error(self, request):
    try:
        return JsonResponse(self.compute(request))
    except Exception as exc:
        return JsonResponse({"error": repr(exc)}, status=500)


def fixed_api_error(self, request):
    try:
        return JsonResponse(self.compute(request))
    except Exception:
        logger.exception("compute failed")
        return JsonResponse({"error": "internal"}, status=500)


def vulnerable_cursor_like(self, ids):
    placeholders = ", ".join("'%s'" % i for i in ids)
    self.cr.execute("DELETE FROM queue WHERE uuid IN (" + placeholders + ")")


def fixed_cursor_like(self, ids):
    placeholders = ", ".join(["%s"] * len(ids))
    self.cr.execute("DELETE FROM queue WHERE uuid IN (" + placeholders + ")", ids)


def vulnerable_ldap_groups(self, username):
    query = "(&(objectClass=group)(member=%s))" % username
    return self.conn.search_s(self.base, ldap.SCOPE_SUBTREE, query)


def fixed_ldap_groups(self, username):
    query = ldap.filter.filter_format("(&(objectClass=group)(member=%s))", [username])
    return self.conn.search_s(self.base, ldap.SCOPE_SUBTREE, query)


def vulnerable_decode(token, key):
    return jwt.decode(token, key, algorithms=["HS256", "none"])


def fixed_decode(token, key):
    return jwt.decode(token, key, algorithms=["HS256"])


def vulnerable_hash(password):
    return md5(password.encode()).hexdigest()


def fixed_hash(password):
    return generate_password_hash(password)


def vulnerable_proxy_get(self):
    target = self.path[1:]
    with urllib.request.urlopen(target) as answer:
        self.wfile.write(answer.read())


def fixed_proxy_get(self):
    target = UPSTREAMS.get(self.path[1:])
    if target is None:
        self.send_error(404)
        return
    with urllib.request.urlopen(target) as answer:
        self.wfile.write(answer.read())


def vulnerable_allow(request):
    origin = request.headers.get("Origin", "")
    return origin.startswith("https://example.com")


def fixed_allow(request):
    origin = request.headers.get("Origin", "")
    return origin == "https://example.com"


def vulnerable_plugin(name, method):
    module = __import__("plugins." + name)
    return getattr(module, method)()


def fixed_plugin(name, method):
    module = REGISTERED_PLUGINS[name]
    return module.run()


def vulnerable_import_csv(self, path):
    os.popen("iconv -f latin1 " + path + " > out.csv").read()


def fixed_import_csv(self, path):
    with open("out.csv", "wb") as out:
        subprocess.check_call(["iconv", "-f", "latin1", path], stdout=out)
