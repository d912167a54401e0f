import ssl

from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import ec, rsa

RSA.generate(1024)  # found: short-key
RSA.generate(3072)  # fine
rsa.generate_private_key(public_exponent=65537, key_size=512)  # found: short-key
rsa.generate_private_key(public_exponent=65537, key_size=2048)  # fine
rsa.generate_private_key(65537, 1024)  # found: short-key
ec.generate_private_key(ec.SECP192R1())  # found: short-key
ec.generate_private_key(ec.SECP256R1())  # fine

context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # found: old-tls
context.minimum_version = ssl.TLSVersion.TLSv1_1  # found: old-tls
context.minimum_version = ssl.TLSVersion.TLSv1_2  # fine
modern = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # fine
