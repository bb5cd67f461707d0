"""Five hundred Django routes with a typed path parameter."""

from collections.abc import Callable

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

settings.configure(
    DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], SECRET_KEY="benchmark"
)


def build_view(number: int) -> Callable[[HttpRequest, int], HttpResponse]:
    def read_service(request: HttpRequest, item_id: int) -> HttpResponse:
        return JsonResponse({"service": number, "item_id": item_id})

    return read_service


urlpatterns = [
    path(f"services/{number}/<int:item_id>", build_view(number)) for number in range(500)
]
app = get_wsgi_application()
