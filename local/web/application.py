"""One address for everything, as behind one CloudFront distribution: API, and web application."""

from typing import Any

from local.appsync.apis import Apis
from local.appsync.application import Application, Receive, Send, send_answer
from local.appsync.route import route
from local.web.site import Site


class WebApplication(Application):
    """The API's own paths are answered as ever; what else is asked for by GET is of the site."""

    def __init__(self, apis: Apis, site: Site) -> None:
        super().__init__(apis)
        self._site = site

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if not _is_of_the_site(scope):
            await super().__call__(scope, receive, send)
            return
        answer = self._site.answer(scope["path"], is_tls=scope["scheme"] == "https")
        await send_answer(send, answer, with_body=scope["method"] == "GET")


def _is_of_the_site(scope: Any) -> bool:
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    path = scope["path"]
    return path != "/health" and route(path) is None
