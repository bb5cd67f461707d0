"""Django in one file, without middleware and database: its least cost."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from models import Item

settings.configure(
    DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], SECRET_KEY="benchmark"
)


def read_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"message": "Hello, World!"})


def read_item(request: HttpRequest, item_id: int) -> HttpResponse:
    limit = int(request.GET.get("limit", "10"))
    return JsonResponse({"item_id": item_id, "q": request.GET["q"], "limit": limit})


def create_item(request: HttpRequest) -> HttpResponse:
    item = Item.model_validate_json(request.body)
    return HttpResponse(item.model_dump_json(), content_type="application/json")


urlpatterns = [
    path("json", read_json),
    path("items/<int:item_id>", read_item),
    path("items", create_item),
    path("sync", read_json),
]
app = get_wsgi_application()
