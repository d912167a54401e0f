import socket
import ssl


def listening_socket(cert_file, key_file, port=8443):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20:!RC4:!3DES:!aNULL")
    context.load_cert_chain(cert_file, key_file)
    raw = socket.create_server(("127.0.0.1", port))
    return context.wrap_socket(raw, server_side=True)
