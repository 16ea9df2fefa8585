"""Serving the Mesa page: on this computer only, without telemetry, nothing from elsewhere."""

# Solara is an extra that may be missing, and carries few annotations.
# mypy: allow-untyped-calls
# mypy: disable-error-code="import-not-found, import-untyped"

from __future__ import annotations

import socket
import warnings
from collections.abc import Callable, Mapping

import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..api import Scenario
from ..errors import SummitryError
from .guards import Guard

# Solara compiles its templates in the browser, which takes inline scripts and eval; what counts
# here is that the page can reach no other computer.
_CSP = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; base-uri 'self'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class Loosened:
    """The room's guard with the policy that Solara's pages can live with.

    Parameters
    ----------
    app
        What is guarded.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._guard = Guard(app, lan=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request of this computer's own pages pass; refuse others."""

        async def loosened(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Content-Security-Policy"] = _CSP
            await send(message)

        await self._guard(scope, receive, loosened)


def application(scenario: Scenario) -> ASGIApp:
    """The page as an ASGI application.

    Parameters
    ----------
    scenario
        What it shows.

    Raises
    ------
    SummitryError
        If the extra ``viz`` is not installed.
    """
    # What Solara warns of concerns who writes or deploys its pages, not who looks at one.
    warnings.filterwarnings("ignore", category=UserWarning, module="solara")
    try:
        from solara.server import app, settings, starlette

        from . import mesa_page
    except ImportError as error:
        raise SummitryError(
            f"the Mesa page needs the extra 'viz' ({error}): python -m pip install 'summitry[viz]'"
        ) from error
    settings.telemetry.mixpanel_enable = False
    settings.theme.title, settings.theme.show_banner = scenario.title, False
    mesa_page.show(scenario)
    pages: Mapping[str, object] = app.apps
    if "__default__" not in pages:
        app.apps["__default__"] = app.AppScript(mesa_page.__name__)
    return Loosened(starlette.app)


def serve(scenario: Scenario, listening: socket.socket, say: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C.

    Parameters
    ----------
    scenario
        What it shows.
    listening
        A socket of this computer, from :func:`sim.classroom.serve.listen`.
    say
        Prints a text.
    """
    config = uvicorn.Config(
        application(scenario),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    address, port = listening.getsockname()[:2]
    say(f"Mesa page:  http://{address}:{port}\nOnly this computer can see it. Ctrl-C ends it.")
    uvicorn.Server(config).run(sockets=[listening])
