"""A real mail server (aiosmtpd) that prints each mail it takes as one line of JSON."""

import argparse
import base64
import json
import ssl
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--user")
parser.add_argument("--password")
parser.add_argument("--mechanism", help="offer only this one")
parser.add_argument("--token", help="take this access token of the user, by XOAUTH2, instead of a password")
parser.add_argument("--rude", action="store_true", help="hang up where a client says QUIT")
arguments = parser.parse_args()


class Handler:
    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "authenticated": bool(session.authenticated),
            "greeted": session.host_name,
            "text": envelope.content.decode(),
        }
        print("MAIL " + json.dumps(mail), flush=True)
        return "250 taken"

    async def handle_QUIT(self, server, session, envelope):
        if arguments.rude:
            server.transport.abort()
        return "221 bye"


class TokenHandler(Handler):
    async def auth_XOAUTH2(self, server, words):
        # Google's and Microsoft's form: "user=" U ^A "auth=Bearer " T ^A ^A.
        wanted = f"user={arguments.user}\x01auth=Bearer {arguments.token}\x01\x01"
        if base64.b64decode(words[1]).decode() == wanted:
            return AuthResult(success=True, auth_data=arguments.user)
        await server.challenge_auth(b'{"status":"401"}', encode_to_b64=True)
        return AuthResult(success=False, handled=False)


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == arguments.user.encode() and data.password == arguments.password.encode()
    return AuthResult(success=right, handled=right)


options = {}
if arguments.certificate:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(arguments.certificate, arguments.key)
    options["tls_context"] = context
if arguments.user:
    options.update(authenticator=authenticate, auth_required=True, auth_require_tls=bool(arguments.certificate))
    if arguments.mechanism or arguments.token:
        options["auth_exclude_mechanism"] = [name for name in ("LOGIN", "PLAIN") if name != arguments.mechanism]

Controller(TokenHandler() if arguments.token else Handler(), hostname="127.0.0.1", port=arguments.port, **options).start()
print("LISTENING", flush=True)
threading.Event().wait()
