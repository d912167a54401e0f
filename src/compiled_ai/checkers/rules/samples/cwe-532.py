import logging

logger = logging.getLogger(__name__)


def login(user, password, api_key, tokens):
    logger.info("login of %s with %s", user, password)  # found: secret-logged
    logging.debug(f"key {api_key}")  # found: secret-logged
    print("password: " + password)  # found: secret-logged
    print(password)  # found: secret-logged
    logger.info("login of %s", user)  # fine
    logger.info("%d tokens", tokens)  # fine
    logger.info("wrong password of %s", user)  # fine
    print("password:", len(password))  # fine
