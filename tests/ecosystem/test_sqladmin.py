"""SQLAdmin: pages that administer a database, mounted into the application."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from sqladmin import Admin, BaseView, ModelView, action, expose
from sqladmin.authentication import AuthenticationBackend
from sqlalchemy import Engine, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool
from starlette.responses import RedirectResponse, Response
from support.client import OpenClient


class Base(DeclarativeBase):
    """The tables of this test."""


class Plant(Base):
    """A table that is administered."""

    __tablename__ = "plants"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    height_cm: Mapped[int]


class PlantAdmin(ModelView, model=Plant):
    """Its pages."""

    column_list = (Plant.id, Plant.name)
    column_searchable_list = (Plant.name,)

    @action(name="water", label="Water")
    async def water(self, request: Request) -> Response:
        """Do something to the plants that are chosen."""
        request.app.state.watered = request.query_params.get("pks", "").split(",")
        return RedirectResponse(request.url_for("admin:list", identity=self.identity))


class Report(BaseView):
    """A page of the application's own among them."""

    name = "Report"

    @expose("/report", methods=["GET"])
    async def show(self, request: Request) -> Response:
        """Show it, in the frame of the others."""
        return await self.templates.TemplateResponse(request, "sqladmin/index.html")


class Password(AuthenticationBackend):
    """Lets in who knows the word; a session remembers it."""

    async def login(self, request: Request) -> bool:
        """Take the form of the login page."""
        form = await request.form()
        if form["password"] != "sesame":
            return False
        request.session["name"] = str(form["username"])
        return True

    async def logout(self, request: Request) -> bool:
        """Forget."""
        request.session.clear()
        return True

    async def authenticate(self, request: Request) -> bool:
        """Tell who has been let in."""
        return "name" in request.session


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with one plant."""
    engine = create_engine(f"sqlite:///{tmp_path / 'garden.sqlite'}", poolclass=NullPool)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Plant(name="Monstera", height_cm=90))
        session.commit()
    yield engine
    engine.dispose()


@pytest.fixture
def app(engine: Engine) -> FastAPI:
    """An application with an operation of its own, and the pages at /admin."""
    app = FastAPI()

    @app.get("/count")
    def count() -> int:
        with Session(engine) as session:
            return session.scalar(select(func.count(Plant.id))) or 0

    admin = Admin(app, engine)
    admin.add_view(PlantAdmin)
    admin.add_view(Report)
    return app


def test_lists_show_rows_and_search_them(app: FastAPI, open_client: OpenClient) -> None:
    """The page of a table, what it links to, and the files that it needs."""
    with open_client(app) as client:
        page = client.get("/admin/plant/list")
        assert page.status_code == 200
        assert "Monstera" in page.text
        assert "Monstera" not in client.get("/admin/plant/list?search=fern").text
        assert "90" in client.get("/admin/plant/details/1").text
        assert client.get("/admin/").status_code == 200

        files = re.findall(r'(?:href|src)="(http://testserver/admin/statics/[^"]+)"', page.text)
        assert files
        assert {client.get(file).status_code for file in files} == {200}


def test_rows_are_created_changed_and_deleted(app: FastAPI, open_client: OpenClient) -> None:
    """Forms of the pages change the table that the application reads."""
    with open_client(app) as client:
        assert 'name="height_cm"' in client.get("/admin/plant/create").text
        form = {"name": "Fern", "height_cm": "30", "save": "Save"}
        created = client.post("/admin/plant/create", data=form)
        assert (created.status_code, created.url.path) == (200, "/admin/plant/list")
        assert client.get("/count").json() == 2

        changed = client.post("/admin/plant/edit/2", data={**form, "name": "Tree fern"})
        assert "Tree fern" in changed.text
        client.delete("/admin/plant/delete?pks=2")
        assert client.get("/count").json() == 1


def test_a_form_that_does_not_fit_comes_back(app: FastAPI, open_client: OpenClient) -> None:
    """The page shows what is wrong, and nothing is stored."""
    with open_client(app) as client:
        refused = client.post("/admin/plant/create", data={"name": "Fern", "height_cm": "tall"})
        assert (refused.status_code, client.get("/count").json()) == (400, 1)
        assert "Not a valid integer value" in refused.text


def test_tables_are_exported(app: FastAPI, open_client: OpenClient) -> None:
    """A file that is streamed, with a name for the one who saves it."""
    with open_client(app) as client:
        export = client.get("/admin/plant/export/csv")
    assert export.headers["content-disposition"].startswith("attachment;filename=")
    assert export.text.splitlines()[1].endswith("Monstera")


def test_actions_and_pages_of_ones_own_are_routes(app: FastAPI, open_client: OpenClient) -> None:
    """Names of routes inside of the mounted application lead back to its pages."""
    with open_client(app) as client:
        after = client.get("/admin/plant/action/water?pks=1")
        assert after.url.path == "/admin/plant/list"
        assert client.get("/admin/report").status_code == 200


def test_the_login_keeps_others_out(engine: Engine, open_client: OpenClient) -> None:
    """Without a session every page leads to the login; with one it opens."""
    app = FastAPI()
    Admin(app, engine, authentication_backend=Password("a secret of this test")).add_view(
        PlantAdmin
    )
    with open_client(app) as client:
        page = client.get("/admin/plant/list")
        assert page.url.path == "/admin/login"
        wrong: dict[str, Any] = {"username": "ali", "password": "barley"}
        assert client.post("/admin/login", data=wrong).status_code == 400
        client.post("/admin/login", data={**wrong, "password": "sesame"})
        assert client.get("/admin/plant/list").url.path == "/admin/plant/list"
        client.get("/admin/logout")
        assert client.get("/admin/plant/list").url.path == "/admin/login"
