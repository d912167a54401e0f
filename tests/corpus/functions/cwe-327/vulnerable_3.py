import socket
import ssl


def listening_socket(cert_file, key_file, port=8443):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:RC4:3DES:@SECLEVEL=0")
    context.load_cert_chain(cert_file, key_file)
    raw = socket.create_server(("127.0.0.1", port))
    return context.wrap_socket(raw, server_side=True)
