"""An OpenID Connect issuer on this machine: it publishes its keys and signs any token.

Only local targets have one: AWS fetches an issuer's keys itself, over public https.
https://openid.net/specs/openid-connect-discovery-1_0.html
"""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

AUDIENCE = "conformance-client"


class Issuer:
    """Serves until closed."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._strange = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def credentials(self) -> dict[str, dict[str, str]]:
        """Headers of callers by a name: the first is one that is accepted."""
        now = int(time.time())
        tokens = {
            "oidc": self._token(),
            "oidcAuthorizedParty": self._token(aud="other", azp=AUDIENCE),
            "oidcExpired": self._token(iat=now - 7200, exp=now - 3600),
            "oidcOtherClient": self._token(aud="other"),
            "oidcOld": self._token(iat=now - 1800),
            "oidcLongSignedIn": self._token(auth_time=now - 1800),
            "oidcForged": self._token(key=self._strange),
            "oidcUnsigned": jwt.encode(self._claims(), "", algorithm="none"),
            "oidcSharedSecret": self._confused(),
        }
        return {name: {"authorization": token} for name, token in tokens.items()} | {
            "oidcBearer": {"authorization": f"Bearer {self._token()}"},
            "oidcNoJwt": {"authorization": "no-jwt-at-all"},
        }

    def _claims(self, **claims: Any) -> dict[str, Any]:
        now = int(time.time())
        issued = {"iat": now, "auth_time": now, "exp": now + 3600}
        return {"iss": self.url, "sub": "user-1", "aud": AUDIENCE} | issued | claims

    def _token(self, key: rsa.RSAPrivateKey | None = None, **claims: Any) -> str:
        return jwt.encode(
            self._claims(**claims), key or self._key, algorithm="RS256", headers={"kid": "key-1"}
        )

    def _confused(self) -> str:
        """Signed with HS256, as if the public key were a secret."""
        pem = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        header = {"alg": "HS256", "typ": "JWT", "kid": "key-1"}
        signed = ".".join(
            _base64url(json.dumps(part).encode()) for part in (header, self._claims())
        )
        return f"{signed}.{_base64url(hmac.digest(pem, signed.encode(), 'sha256'))}"

    def _jwk(self) -> dict[str, Any]:
        public = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return public | {"kid": "key-1", "alg": "RS256", "use": "sig"}

    def _handler(issuer) -> type[BaseHTTPRequestHandler]:  # `self` is the handler's
        documents: dict[str, Callable[[], dict[str, Any]]] = {
            "/.well-known/openid-configuration": lambda: {
                "issuer": issuer.url,
                "jwks_uri": f"{issuer.url}/keys",
                "authorization_endpoint": f"{issuer.url}/authorize",
                "token_endpoint": f"{issuer.url}/token",
                "response_types_supported": ["id_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            },
            "/keys": lambda: {"keys": [issuer._jwk()]},
        }

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                document = documents.get(self.path)
                body = json.dumps(document() if document else {}).encode()
                self.send_response(200 if document else 404)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
