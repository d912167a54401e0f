import logging

from flask import request

logger = logging.getLogger(__name__)


def view():
    name = request.args["name"]
    logger.info("name %s", name)  # found: log-injection
    logging.warning("name " + name)  # found: log-injection, log-text-built
    logger.info("name %r", name)  # fine
    logger.info("name %s", name.replace("\n", " "))  # fine
    logger.info("length %d", len(name))  # fine


def view_of_page():
    page = request.args["page"]
    logger.error(f"no page {page}")  # found: log-injection, log-text-built
    logger.error("no page " + repr(page))  # fine
