import smtplib
import ssl
from email.message import EmailMessage


def send_notice(server_name, credentials, recipient, text):
    message = EmailMessage()
    message["Subject"] = "Service notice"
    message["From"] = credentials["user"]
    message["To"] = recipient
    message.set_content(text)
    with smtplib.SMTP(server_name, 587, timeout=30) as server:
        server.starttls(context=ssl.create_default_context())
        server.login(credentials["user"], credentials["password"])
        server.send_message(message)
