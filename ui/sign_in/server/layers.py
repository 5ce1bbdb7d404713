"""The layers in their order, made from the settings, the secrets and the pages that there are."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.file_util import get_static_dir

from kpi_engine import log
from kpi_engine import settings as settings_file
from kpi_engine.errors import KpiError, SettingsError
from kpi_engine.people import directory, private
from kpi_engine.sample import has_data
from kpi_engine.settings import Settings
from ui.sign_in import cookie, oidc, provider
from ui.sign_in.protocol import Identity
from ui.sign_in.server.channel import Channel
from ui.sign_in.server.cookies import Cookies
from ui.sign_in.server.doors import AGENDA, DECK, Doors
from ui.sign_in.server.headers import Headers, inline_scripts
from ui.sign_in.server.origins import Origins
from ui.sign_in.server.way_back import WayBack

_LOG = log.of("server")


def layers(root: Path) -> list[Middleware]:
    """What stands around the app of the project in ``root``, outermost first.

    Raises SettingsError when people sign in with OpenID and the key that signs their cookies can be known to others.
    """
    try:
        settings = settings_file.load()
    except SettingsError as error:
        # The app says on its page that a setting has to be mended, so it has to be served.
        _LOG.error("a setting needs mending: %s", error)
        settings = None
    openid = settings is None or settings.sign_in == "oidc"
    auth = oidc.secrets()
    if openid and (weak := provider.weak_secret(auth)):
        raise SettingsError(weak[0])
    secure = openid and provider.over_tls(auth)
    named = st.get_option("server.baseUrlPath").strip("/")
    base = f"/{named}" if named else ""
    hours = settings.sign_in_hours if settings is not None else 1
    components, framed = ((), ()) if openid else _components()
    return [
        Middleware(Headers, scripts=_scripts(root), framed=framed, base=base, secure=secure),
        Middleware(Origins, others=st.get_option("server.corsAllowedOrigins") or ()),
        Middleware(
            Doors,
            signed_in=somebody,
            openid=openid,
            components=components,
            base=base,
            files=deck_files(root) | agenda_files(root),
        ),
        Middleware(Channel, root=root),
        Middleware(Cookies, longest=3600 * hours, secure=secure),
        Middleware(WayBack, pages=page_paths(root, base), base=base, secure=secure),
    ]


def page_paths(root: Path, base: str = "") -> frozenset[str]:
    """The paths of the app's pages: each has the name of its file in ``pages``, and the first one none."""
    names = (path.stem for path in (root / "pages").glob("*.py") if not path.stem.startswith("_"))
    return frozenset({f"{base}/", *(f"{base}/{name}" for name in names)})


def deck_files(root: Path) -> frozenset[str]:
    """Where Streamlit serves the files of the deck's script, which are modules that load one another."""
    return frozenset(f"/_stcore/bidi-components/{DECK}/{path.name}" for path in (root / "ui" / "deck").glob("*.js"))


def agenda_files(root: Path) -> frozenset[str]:
    """Where Streamlit serves the script of the agenda's rows."""
    return frozenset(
        f"/_stcore/bidi-components/{AGENDA}/{path.name}" for path in (root / "ui" / "prepare").glob("*.js")
    )


def somebody(cookies: Mapping[str, str]) -> bool:
    """Whether these cookies are of somebody who is signed in and in the directory; with the sample trust, anybody's."""
    try:
        settings = settings_file.load()
        if not has_data(settings.data_folder):
            return True
        identity = _identity(cookies, settings)
        return identity is not None and (
            directory.find(settings.private_folder / private.DIRECTORY, identity.user) is not None
        )
    except (KpiError, OSError) as error:
        _LOG.error("nobody is taken for signed in: %s", error)
        return False


def _identity(cookies: Mapping[str, str], settings: Settings) -> Identity | None:
    if settings.sign_in == "password":
        return cookie.with_password(cookies, settings)
    auth = oidc.secrets()
    return oidc.signed_in(cookie.claims(cookies, str(auth.get("cookie_secret", ""))), auth, settings)


def _scripts(root: Path) -> tuple[str, ...]:
    """The inline scripts that may run: Streamlit's own, those in the app's files, and those in texts of its modules."""
    page = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    files = (path.read_text(encoding="utf-8") for path in sorted((root / "ui").glob("*.js")))
    modules = (path.read_text(encoding="utf-8") for path in sorted((root / "ui").rglob("*.py")))
    return (*inline_scripts(page), *files, *(script for module in modules for script in written_scripts(module)))


def written_scripts(module: str) -> list[str]:
    """The inline scripts that stand, whole, in the texts of a module."""
    texts = (node.value for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Constant))
    return [script for text in texts if isinstance(text, str) for script in inline_scripts(text)]


def _components() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The component that the password way keeps its cookie with, by name, and the inline scripts of its page."""
    # Looked up without importing it, since it runs parts of Streamlit that belong to a page.
    found = find_spec("extra_streamlit_components")
    if found is None or found.origin is None:
        return (), ()
    built = Path(found.origin).parent / "CookieManager" / "frontend" / "build" / "index.html"
    name = "extra_streamlit_components.CookieManager.cookie_manager"
    return (name,), inline_scripts(built.read_text(encoding="utf-8"))
