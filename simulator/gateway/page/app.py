"""The pages as a Starlette application.

Enter: forms of somebody who knows a name and its password. Leave: HTML, claims into the registry, a row for
everything that was done. Without a session there is the login and nothing else; every form carries the
session's own word against forged ones; the pages tell every browser that nothing may run in them.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from agent.core.ids import looks_like_order
from agent.doctor.finding import State
from agent.doctor.short_code import CodeError, decode
from simulator.gateway.claim_code import shown
from simulator.gateway.finding import Sold
from simulator.gateway.leaving import Leaving
from simulator.gateway.login import Session, Tries
from simulator.gateway.owner import OrderStory, OwnersDesk
from simulator.gateway.page.bundles import BundleDesk, Said
from simulator.gateway.page.entrance import Entrance
from simulator.gateway.page.leaving import Done, LeavingPage
from simulator.gateway.page.shown import day_and_time, device_lines, money
from simulator.gateway.page.words import REFUSALS_ZH, check_name, of_kind, refusal, word
from simulator.gateway.refusals import Refused
from simulator.gateway.registry import Registry
from simulator.gateway.zones import zone_of

HERE = Path(__file__).parent
FONTS = {
    weight: HERE.parents[2] / "ui" / "fonts" / f"HylaSansSC-{name}.otf"
    for weight, name in ((400, "Regular"), (700, "Bold"))
}
COOKIE, LANGUAGE = "hyla_session", "hyla_language"
FORM_BYTES_MAX = 4096
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
Page = Callable[[Request, Session], Awaitable[Response]]


class Pages:
    """`hosts`: by which names a browser may call us; another one is somebody's trick with a name server."""

    def __init__(
        self, registry: Registry, store: Engine, entrance: Entrance, bundles: BundleDesk, hosts: list[str]
    ) -> None:
        self._bundles = bundles
        self._registry, self._entrance = registry, entrance
        self._owner, self._store = OwnersDesk(store), store
        self._leaving = LeavingPage(Leaving(registry, store))
        self._tries = Tries()
        self._jinja = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )
        self._jinja.filters |= {"moment": day_and_time, "code": shown}
        self.app = Starlette(
            routes=[
                Route("/", lambda _: RedirectResponse("/shop", 303)),
                Route("/style.css", self._style),
                Route("/font-{weight:int}", self._font),
                Route("/revoked.crl", self._revoked),
                Route("/login", self._login_page, methods=["GET", "POST"]),
                Route("/leave", self._inside(self._leave), methods=["POST"]),
                Route("/shop", self._inside(self._shop)),
                Route("/claims", self._inside(self._claims), methods=["GET", "POST"]),
                Route("/devices", self._inside(self._devices)),
                Route("/leaving", self._inside(self._leavings), methods=["GET", "POST"]),
                Route("/leaving/{id}.png", self._inside(self._order)),
                Route("/bundles", self._inside(self._bundle_list), methods=["GET", "POST"]),
                Route("/bundles/{id}", self._inside(self._bundle)),
                Route("/deeds", self._inside(self._deeds)),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts)],
        )

    # Coming in -------------------------------------------------------------------------------------

    def _inside(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """Only with a session; a form only with its own word."""

        async def guarded(request: Request) -> Response:
            cookie = request.cookies.get(COOKIE, "")
            session = await run_in_threadpool(self._entrance.session, cookie)
            if session is None:
                return RedirectResponse("/login", 303)
            if request.method == "POST":
                try:
                    form = await _form(request)
                except _NoForm as no:
                    inside = _of(session) | {"here": "", "problem": no.problem}
                    return await run_in_threadpool(self._say, request, "no_form.html", no.status, **inside)
                if not hmac.compare_digest(form.get("csrf", ""), session.csrf):
                    return self._say(request, "login.html", 403, problem="to_login")
            return await page(request, session)

        return guarded

    async def _login_page(self, request: Request) -> Response:
        if request.method == "GET":
            return self._say(request, "login.html", problem="")
        if not _same_origin(request):
            return self._say(request, "login.html", 403, problem="to_login")
        try:
            form = await _form(request)
        except _NoForm as no:
            return self._say(request, "login.html", no.status, problem=no.problem)
        entered = await run_in_threadpool(self._entrance.enter, form)
        if entered.problem:
            return self._say(request, "login.html", entered.status, problem=entered.problem)
        answer = RedirectResponse("/shop", 303)
        safe = request.url.scheme == "https"
        answer.set_cookie(COOKIE, entered.cookie, httponly=True, samesite="strict", secure=safe)
        return answer

    async def _leave(self, request: Request, _session: Session) -> Response:
        self._entrance.leave(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer

    async def _style(self, _request: Request) -> Response:
        return Response((HERE / "style.css").read_bytes(), media_type="text/css")

    async def _revoked(self, _request: Request) -> Response:
        """For brokers, and no secret: which certificates were withdrawn."""
        listed = await run_in_threadpool(self._registry.published_list)
        return Response(listed, media_type="application/pkix-crl", headers={"Cache-Control": "no-store"})

    async def _font(self, request: Request) -> Response:
        """The screens' own, for a browser that has no Chinese letters."""
        file = FONTS.get(request.path_params["weight"])
        if file is None:
            return Response("", 404)
        lasting = {"Cache-Control": "private, max-age=86400"}
        return Response(file.read_bytes(), media_type="font/otf", headers=lasting)

    # The pages -------------------------------------------------------------------------------------

    async def _shop(self, request: Request, session: Session) -> Response:
        shop = request.query_params.get("at", "")
        order_id = request.query_params.get("order", "").strip().lower()
        return await run_in_threadpool(self._shop_page, request, session, shop, order_id)

    def _shop_page(self, request: Request, session: Session, shop: str, order_id: str) -> Response:
        shops = self._registry.shops()
        devices = None
        if shop in {each.shop for each in shops}:
            devices = frozenset(row.device_id for row in self._registry.devices() if row.shop == shop)
        zone = zone_of(self._store, shop if devices is not None else "")
        now = datetime.now(zone)
        story, sold = self._wanted(order_id, zone, devices)
        return self._say(
            request,
            "shop.html",
            **_of(session),
            here="shop",
            shops=shops,
            at=shop,
            now=now,
            zone=zone,
            today=self._owner.today(now, devices),
            refunds=self._owner.refunds(devices=devices),
            wanted=order_id,
            story=story,
            sold=sold,
        )

    def _wanted(
        self, words: str, zone: tzinfo, devices: frozenset[str] | None
    ) -> tuple[OrderStory | None, list[Sold] | None]:
        """The one order that is meant, or those that may be; neither for words that mean none."""
        if not words or looks_like_order(words):
            return (self._owner.order(words) if words else None), None
        sold = self._owner.find(words, zone, devices)
        if sold is not None and len(sold) == 1:
            return self._owner.order(sold[0].order_id), None
        return None, sold

    async def _claims(self, request: Request, session: Session) -> Response:
        form = await _form(request) if request.method == "POST" else {}
        return await run_in_threadpool(self._claims_page, request, session, form)

    def _claims_page(self, request: Request, session: Session, form: dict[str, str]) -> Response:
        said, good = self._claim(_language(request), session, form) if form else ("", False)
        return self._say(
            request,
            "claims.html",
            400 if form and not good else 200,
            **_of(session),
            here="claims",
            shops=self._registry.shops(),
            waiting=self._registry.waiting(),
            said=said,
            good=good,
            form=form,
        )

    def _claim(self, language: str, session: Session, form: dict[str, str]) -> tuple[str, bool]:
        """What to say, and whether it went well."""
        till = form.get("till", "")
        place = f"{form.get('shop', '')} {till}"
        try:
            if self._tries.too_many:
                raise Refused("too_many_tries")
            number = int(till) if till.isascii() and till.isdecimal() and len(till) < 6 else 0
            assigned = self._registry.claim(
                form.get("code", ""), form.get("shop", ""), number, form.get("replace") == "yes"
            )
        except Refused as no:
            if no.word == "unknown_code":
                self._tries.wrong()
            self._entrance.did(session, "claim", place, no)
            return REFUSALS_ZH.get(no.word, str(no)) if language == "zh" else str(no), False
        self._entrance.did(session, "claim", f"{assigned.serial} {place}")
        return f"{assigned.serial}: {word(language, 'claimed')}", True

    async def _devices(self, request: Request, session: Session) -> Response:
        text = request.query_params.get("code", "")[:40]
        return await run_in_threadpool(self._devices_page, request, session, text)

    def _devices_page(self, request: Request, session: Session, text: str) -> Response:
        lines = device_lines(self._registry.devices(), self._owner.last_sales())
        found, problem = _read_code(text) if text else ([], "")
        return self._say(
            request,
            "devices.html",
            **_of(session),
            here="devices",
            lines=lines,
            text=text,
            found=found,
            problem=problem,
        )

    async def _bundle_list(self, request: Request, session: Session) -> Response:
        form = await _form(request) if request.method == "POST" else {}
        return await run_in_threadpool(self._bundles_page, request, session, form)

    def _bundles_page(self, request: Request, session: Session, form: dict[str, str]) -> Response:
        said = self._bundles.ask(_language(request), form.get("serial", "")) if form else Said()
        if form:
            self._entrance.did(session, "bundle", form.get("serial", ""), said.no)
        return self._say(
            request,
            "bundles.html",
            400 if form and not said.good else 200,
            **_of(session),
            here="bundles",
            devices=[row for row in self._registry.devices() if row.state == "active"],
            rows=self._bundles.rows(),
            said=said,
        )

    async def _leavings(self, request: Request, session: Session) -> Response:
        form = await _form(request) if request.method == "POST" else {}
        return await run_in_threadpool(self._leaving_page, request, session, form)

    def _leaving_page(self, request: Request, session: Session, form: dict[str, str]) -> Response:
        said = self._leaving.do(_language(request), form) if form else Done()
        if said.what:
            self._entrance.did(session, said.what, said.about, said.no)
        return self._say(
            request,
            "leaving.html",
            400 if form and not said.good else 200,
            **_of(session),
            here="leaving",
            devices=[row for row in self._registry.devices() if row.state == "active"],
            shops=self._registry.shops(),
            said=said,
        )

    async def _order(self, request: Request, _session: Session) -> Response:
        """An order's QR, for whoever came in."""
        picture = await run_in_threadpool(self._leaving.png, str(request.path_params["id"]))
        if picture is None:
            return Response("", 404, headers=SAFE)
        return Response(picture, media_type="image/png", headers=SAFE)

    async def _deeds(self, request: Request, session: Session) -> Response:
        rows = await run_in_threadpool(self._entrance.newest)
        return self._say(request, "deeds.html", **_of(session), here="deeds", rows=rows)

    async def _bundle(self, request: Request, session: Session) -> Response:
        """The zip itself, for whoever came in."""
        id = str(request.path_params["id"])
        try:
            zipped = await run_in_threadpool(self._bundles.opened, id)
        except Refused as no:
            return Response(str(no), 404, headers=SAFE)
        await run_in_threadpool(self._entrance.did, session, "bundle_open", id)
        name = {"Content-Disposition": f'attachment; filename="{id}.zip"'}
        return Response(zipped, media_type="application/zip", headers=SAFE | name)

    def _say(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        language = _language(request)
        if "here" in values:  # moments are told by the shops' clock, on every page
            values.setdefault("zone", zone_of(self._store, ""))
        html = self._jinja.get_template(template).render(
            w=lambda key: word(language, key),
            kind=lambda kind, value: of_kind(language, kind, value),
            money=money,
            check=lambda name: check_name(language, name),
            refusal=lambda no: refusal(language, no),
            language=language,
            other_language=_in_the_other(request, language),
            **values,
        )
        answer = HTMLResponse(html, status, headers=SAFE)
        if request.query_params.get("language") in ("zh", "en"):
            answer.set_cookie(LANGUAGE, language, httponly=True, samesite="strict")
        return answer


class _NoForm(Exception):
    """What was sent is no form of ours. `problem`: a key of the pages' words."""

    def __init__(self, problem: str, status: int) -> None:
        super().__init__(problem)
        self.problem, self.status = problem, status


async def _form(request: Request) -> dict[str, str]:
    """Small forms without files. Raises _NoForm: too large, or with a zero byte (no database keeps it)."""
    if int(request.headers.get("content-length") or FORM_BYTES_MAX + 1) > FORM_BYTES_MAX:
        raise _NoForm("form_too_large", 413)
    form = await request.form(max_files=0, max_fields=20)
    words = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    if any("\0" in value for value in words.values()):
        raise _NoForm("form_unreadable", 400)
    return words


def _of(session: Session) -> dict[str, Any]:
    """What every page inside says of it."""
    return {"csrf": session.csrf, "person": session.person}


def _same_origin(request: Request) -> bool:
    """A login has no session yet whose word could be asked for."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _language(request: Request) -> str:
    wanted = request.query_params.get("language") or request.cookies.get(LANGUAGE, "zh")
    return "en" if wanted == "en" else "zh"


def _in_the_other(request: Request, language: str) -> str:
    """The same page, with what was asked of it, in the other language."""
    asked = request.query_params if request.method == "GET" else {}
    return f"{request.url.path}?{urlencode({**asked, 'language': 'en' if language == 'zh' else 'zh'})}"


def _read_code(text: str) -> tuple[list[tuple[str, str]], str]:
    """What a short code says is not fine, or why it is none."""
    try:
        states = decode(text).states
    except CodeError as error:
        return [], str(error)
    wrong = (State.BROKEN, State.DOUBTFUL)
    return [(name, str(state.value)) for name, state in states.items() if state in wrong], ""
