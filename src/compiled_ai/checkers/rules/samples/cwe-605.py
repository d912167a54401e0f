import socket


def serve(app, host):
    first = socket.socket()
    first.bind(("0.0.0.0", 80))  # found: all-interfaces
    first.bind(("", 80))  # found: all-interfaces
    first.bind(("127.0.0.1", 80))  # fine
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # found: shared-port
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # fine
    second = socket.socket()
    second.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # found: shared-port
    second.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # fine
    app.run(host="0.0.0.0")  # found: all-interfaces
    app.run(host=host)  # fine
