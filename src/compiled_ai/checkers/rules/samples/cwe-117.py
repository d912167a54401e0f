import logging

from flask import request

logger = logging.getLogger(__name__)


def view():
    name = request.args["name"]
    logger.info("name %s", name)  # found: log-injection
    logging.warning("name " + name)  # found: log-injection
    logger.info("name %r", name)  # fine
    logger.info("name %s", name.replace("\n", " "))  # fine
    logger.info("length %d", len(name))  # fine
