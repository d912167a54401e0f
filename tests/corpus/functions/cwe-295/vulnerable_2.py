import ssl

import aiohttp


def make_context(ca_file):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_verify_locations(ca_file)
    return context


async def poll_sensor(url, ca_file="/etc/sensors/ca.pem"):
    connector = aiohttp.TCPConnector(ssl=make_context(ca_file))
    async with aiohttp.ClientSession(connector=connector) as session:
        async with session.get(url) as reply:
            return await reply.json()
