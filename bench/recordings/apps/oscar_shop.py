"""django-oscar, a shop rendered by the server: catalogue, basket, search, accounts, checkout."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import install
import sabotage
from person import Person
from studio import Scenario

SETTINGS = """
from oscar.defaults import *
from pathlib import Path
HOME = Path(__file__).parent
SECRET_KEY = "x"; DEBUG = False; ALLOWED_HOSTS = ["*"]; ROOT_URLCONF = "urls"; SITE_ID = 1; USE_TZ = True
OSCAR_SHOP_NAME = "Tackle shop"; OSCAR_ALLOW_ANON_CHECKOUT = True; STATIC_URL = "/static/"; MEDIA_URL = "/media/"; STATIC_ROOT = HOME / "static"; MEDIA_ROOT = HOME / "media"
INSTALLED_APPS = [*__import__("oscar").INSTALLED_APPS] if hasattr(__import__("oscar"), "INSTALLED_APPS") else [
 "django.contrib.admin","django.contrib.auth","django.contrib.contenttypes","django.contrib.sessions","django.contrib.messages","django.contrib.staticfiles","django.contrib.sites","django.contrib.flatpages",
 "oscar.config.Shop","oscar.apps.analytics.apps.AnalyticsConfig","oscar.apps.checkout.apps.CheckoutConfig","oscar.apps.address.apps.AddressConfig","oscar.apps.shipping.apps.ShippingConfig","oscar.apps.catalogue.apps.CatalogueConfig","oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig","oscar.apps.communication.apps.CommunicationConfig","oscar.apps.partner.apps.PartnerConfig","oscar.apps.basket.apps.BasketConfig","oscar.apps.payment.apps.PaymentConfig","oscar.apps.offer.apps.OfferConfig","oscar.apps.order.apps.OrderConfig","oscar.apps.customer.apps.CustomerConfig","oscar.apps.search.apps.SearchConfig","oscar.apps.voucher.apps.VoucherConfig","oscar.apps.wishlists.apps.WishlistsConfig","oscar.apps.dashboard.apps.DashboardConfig","oscar.apps.dashboard.reports.apps.ReportsDashboardConfig","oscar.apps.dashboard.users.apps.UsersDashboardConfig","oscar.apps.dashboard.orders.apps.OrdersDashboardConfig","oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig","oscar.apps.dashboard.offers.apps.OffersDashboardConfig","oscar.apps.dashboard.partners.apps.PartnersDashboardConfig","oscar.apps.dashboard.pages.apps.PagesDashboardConfig","oscar.apps.dashboard.ranges.apps.RangesDashboardConfig","oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig","oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig","oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig","oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
 "widget_tweaks","haystack","treebeard","django_tables2","sorl.thumbnail"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware","django.contrib.sessions.middleware.SessionMiddleware","django.middleware.common.CommonMiddleware","django.middleware.csrf.CsrfViewMiddleware","django.contrib.auth.middleware.AuthenticationMiddleware","django.contrib.messages.middleware.MessageMiddleware","django.middleware.locale.LocaleMiddleware","oscar.apps.basket.middleware.BasketMiddleware"]
TEMPLATES = [{"BACKEND":"django.template.backends.django.DjangoTemplates","APP_DIRS":True,"OPTIONS":{"context_processors":["django.template.context_processors.debug","django.template.context_processors.request","django.contrib.auth.context_processors.auth","django.contrib.messages.context_processors.messages","oscar.apps.search.context_processors.search_form","oscar.apps.checkout.context_processors.checkout","oscar.apps.communication.notifications.context_processors.notifications","oscar.core.context_processors.metadata"]}}]
AUTHENTICATION_BACKENDS = ("oscar.apps.customer.auth_backends.EmailBackend","django.contrib.auth.backends.ModelBackend")
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HOME / "db.sqlite3", "ATOMIC_REQUESTS": True}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"; DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
"""
URLS = """
from django.apps import apps
from django.urls import include, path, re_path
from django.conf import settings
from django.views.static import serve
urlpatterns = [path("i18n/", include("django.conf.urls.i18n")), re_path(r"^static/(?P<path>.*)$", serve, {"document_root": settings.STATIC_ROOT}), path("", include(apps.get_app_config("oscar").urls[0]))]
"""
FILL = """
import django; django.setup()
from decimal import Decimal
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("collectstatic", interactive=False, verbosity=0)
from oscar.core.loading import get_model
P, C, K, Pa, S, U = (get_model(*x) for x in (("catalogue","Product"),("catalogue","ProductClass"),("catalogue","Category"),("partner","Partner"),("partner","StockRecord"),("auth","User")))
if not P.objects.exists():
    c = C.objects.create(name="Thing", track_stock=False); k = K.add_root(name="Rods"); pa = Pa.objects.create(name="Us")
    for i, n in enumerate("River rod|Sea rod|Silent reel|Brass hook|Line 40 m|Cork float|Bait box|Landing net|Waders|Oil lamp".split("|")):
        p = P.objects.create(title=n, product_class=c, description="Made to last."); p.categories.add(k)
        S.objects.create(product=p, partner=pa, partner_sku=str(i), price=Decimal(5 + i))
    get_model("address","Country").objects.create(iso_3166_1_a2="DK", iso_3166_1_a3="DNK", printable_name="Denmark", is_shipping_country=True)
    U.objects.create_user("ines", "ines@shop.test", "cork-float-12")
"""


@contextmanager
def serve(home: Path) -> Iterator[str]:
    python = install.pip(home, "django-oscar", "setuptools") / "python"
    for name, text in (("settings.py", SETTINGS), ("urls.py", URLS), ("fill.py", FILL)):
        (home / name).write_text(text)
    port = install.free_port()
    url = f"http://127.0.0.1:{port}"
    env = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(home)}
    command = f"{python} fill.py && exec {python} -m django runserver --noreload --insecure 127.0.0.1:{port}"
    with install.running(["/bin/sh", "-c", command], url, cwd=home, env=env):
        yield url


def _search(p: Person, words: str, *, then: float = 1.5) -> None:
    p.fill(p.page.locator("input[name=q]").first, words, then=0.2)
    p.press("Enter", then=then)


def _buy(p: Person) -> None:
    _search(p, "rod")
    p.click(p.page.get_by_role("link", name="Sea rod").last, then=1.5)
    p.scroll(200)
    p.click(p.page.get_by_role("button", name="Add to cart").first, then=1.8)
    p.click(p.page.get_by_role("link", name="View cart").first, then=1.8)
    p.fill(p.page.locator("input[name='form-0-quantity']"), "2")
    p.click(p.page.get_by_role("button", name="Update").first, then=1.8)
    p.page.go_back()
    p.read(1.5)


def _join(p: Person) -> None:
    p.click(p.page.locator("#login_link"), then=1.5)
    p.fill(p.page.locator("#id_registration-email"), "new@shop.test")
    p.fill(p.page.locator("#id_registration-password1"), "long-enough-99")
    p.fill(p.page.locator("#id_registration-password2"), "long-enough-9")
    p.click(p.page.get_by_role("button", name="Register"), then=1.8)
    p.fill(p.page.locator("#id_registration-password1"), "long-enough-99")
    p.fill(p.page.locator("#id_registration-password2"), "long-enough-99")
    p.click(p.page.get_by_role("button", name="Register"), then=2)


def _login(p: Person) -> None:
    p.click(p.page.locator("#login_link"), then=1.5)
    for word in ("cork", "cork-float"):
        with p.meets("login_failure"):
            p.fill(p.page.locator("#id_login-username"), "ines@shop.test")
            p.fill(p.page.locator("#id_login-password"), word)
            p.click(p.page.get_by_role("button", name="Log In"), then=1.8)
    p.fill(p.page.locator("#id_login-password"), "cork-float-12")
    p.click(p.page.get_by_role("button", name="Log In"), then=2)


def _vain(p: Person) -> None:
    with p.meets("repeated_search"):
        for words in ("kayak", "canoe", "paddle"):
            _search(p, words)
    with p.meets("not_found"):
        p.page.goto(p.page.url.split("/", 3)[0] + "//" + p.page.url.split("/", 3)[2] + "/catalogue/kayak_991/")
        p.read(2)


def _hop(p: Person) -> None:
    _search(p, "o", then=2)
    for name in ("Brass hook", "Waders"):
        with p.meets("quick_back"):
            p.click(p.page.get_by_role("link", name=name).last, then=1.2)
            p.page.go_back()
            p.read(1.2)
    p.click(p.page.get_by_role("link", name="Oil lamp").last, then=1.2)
    p.click(p.page.get_by_role("button", name="Add to cart").first, then=1.5)


def _refused(p: Person) -> None:
    p.click(p.page.locator("#login_link"), then=1.5)
    with p.meets("validation_loop"):
        for one, other in (("abc", "abd"), ("abcd", "abce"), ("12345", "123456")):
            p.fill(p.page.locator("#id_registration-email"), "new2@shop.test")
            p.fill(p.page.locator("#id_registration-password1"), one)
            p.fill(p.page.locator("#id_registration-password2"), other)
            p.click(p.page.get_by_role("button", name="Register"), then=1.8)


def _left(p: Person) -> None:
    _search(p, "lamp")
    p.click(p.page.get_by_role("link", name="Oil lamp").last, then=1.5)
    p.click(p.page.get_by_role("button", name="Add to cart").first, then=1.5)
    p.click(p.page.get_by_role("link", name="Checkout").first, then=1.5)
    p.fill(p.page.locator("#id_username"), "guest@shop.test")
    p.click(p.page.get_by_role("button", name="Continue"), then=1.8)
    with p.meets("form_abandon"):
        p.fill(p.page.locator("#id_first_name"), "Ines")
        p.fill(p.page.locator("#id_last_name"), "Duarte")
        p.fill(p.page.locator("#id_line1"), "Quay 4")
        p.read(1)
        p.click(p.page.get_by_role("link", name="Tackle shop").first, then=1.5)


def _down(p: Person) -> None:
    _search(p, "float", then=2)
    p.click(p.page.get_by_role("link", name="Cork float").last, then=1.5)
    for _ in range(2):
        with p.meets("error_click", target="Add to cart"), p.meets("network_error"):
            p.click(p.page.get_by_role("button", name="Add to cart").first, then=1.5)
            p.page.go_back()
            p.read(1.5)


def scenarios() -> list[Scenario]:
    broken = "<!doctype html><title>Server Error (500)</title><h1>Server Error (500)</h1>"
    down = lambda c: sabotage.failing(c, "**/basket/add/**", body=broken)  # noqa: E731
    path = "/catalogue/"
    return [
        Scenario(
            "buy", "Searches, opens, adds to the basket, changes the amount", _buy, False, path=path, offline_hosts=True
        ),
        Scenario(
            "buy-bare", "The same without our recorder", _buy, False, path=path, offline_hosts=True, recorder="rrweb"
        ),
        Scenario(
            "join", "Registers, refused once for passwords that differ", _join, False, path=path, offline_hosts=True
        ),
        Scenario("login", "Two wrong passwords, then the right one", _login, True, path=path, offline_hosts=True),
        Scenario(
            "login-bare", "The same without our recorder", _login, True, path=path, offline_hosts=True, recorder="rrweb"
        ),
        Scenario(
            "vain",
            "Three searches without a result, then a page that is gone",
            _vain,
            True,
            path=path,
            offline_hosts=True,
        ),
        Scenario(
            "vain-alpha",
            "The same under a 2.0 alpha",
            _vain,
            True,
            path=path,
            offline_hosts=True,
            recorder="rrweb2alpha",
        ),
        Scenario("hop", "Looks at two products for a second each", _hop, True, path=path, offline_hosts=True),
        Scenario("refused", "Passwords that differ, three times", _refused, True, path=path, offline_hosts=True),
        Scenario(
            "left", "Leaves the checkout with the address half filled", _left, True, path=path, offline_hosts=True
        ),
        Scenario("down", "The basket answers 500", _down, True, path=path, offline_hosts=True, prepare=down),
    ]
