"""
Macaroons by pymacaroons, and boxes by PyNaCl: neither has seen this project's codec. Each line of standard input
is a question as JSON, [what, argument, …]; each line of standard output is its answer, {"ok": …} or {"refused": why}.
Keys are in hex, tokens in base64url.
"""

import base64
import json
import sys

from nacl.secret import SecretBox
from pymacaroons import MACAROON_V2, Macaroon, Verifier
from pymacaroons.serializers.binary_serializer import BinarySerializer

key_bytes = 32


def mint(key, identifier, location, *caveats):
    return narrowed(macaroon(bytes.fromhex(key), identifier, location), caveats).serialize()


def attenuate(token, *caveats):
    return narrowed(Macaroon.deserialize(token), caveats).serialize()


def ask_third_party(token, location, key, identifier):
    """Whoever holds a token may add a caveat for somebody else to discharge."""
    return Macaroon.deserialize(token).add_third_party_caveat(location, bytes.fromhex(key), identifier).serialize()


def asked(key, token):
    """What a node asks the issuer that shares this key, and the key of the caveat."""
    caveat = Macaroon.deserialize(token).third_party_caveats()[-1]
    opened = SecretBox(bytes.fromhex(key)).decrypt(caveat.caveat_id_bytes)
    return {
        "identifier": base64.b64encode(caveat.caveat_id_bytes).decode(),
        "key": opened[:key_bytes].hex(),
        "predicate": opened[key_bytes:].decode(),
    }


def discharge(key, identifier, *caveats):
    """With the key of the caveat. The identifier is in base64, since a node's is no text."""
    return narrowed(macaroon(bytes.fromhex(key), base64.b64decode(identifier)), caveats).serialize()


def bind(token, *discharges):
    root = Macaroon.deserialize(token)
    bound = [root.prepare_for_request(Macaroon.deserialize(each)) for each in discharges]
    whole = b"".join(BinarySerializer().serialize_raw(each) for each in (root, *bound))
    return base64.urlsafe_b64encode(whole).decode().rstrip("=")


def verify(key, predicates, token, *bound):
    verifier = Verifier()
    for predicate in predicates:
        verifier.satisfy_exact(predicate)
    discharges = [Macaroon.deserialize(each) for each in bound]
    return verifier.verify(Macaroon.deserialize(token), bytes.fromhex(key), discharges)


def macaroon(key, identifier, location=""):
    return Macaroon(key=key, identifier=identifier, location=location, version=MACAROON_V2)


def narrowed(token, caveats):
    for caveat in caveats:
        token.add_first_party_caveat(caveat)
    return token


answers = {each.__name__: each for each in (mint, attenuate, ask_third_party, asked, discharge, bind, verify)}
for line in sys.stdin:
    what, *arguments = json.loads(line)
    try:
        answer = {"ok": answers[what](*arguments)}
    except Exception as refused:
        answer = {"refused": f"{type(refused).__name__}: {refused}"}
    print(json.dumps(answer), flush=True)
