"""Snippets: how a site of each kind takes the recorder in; the start page and docs/recorder.md show the same."""

from typing import NamedTuple

HOST, KEY = "https://HOST", "KEY"


class Snippet(NamedTuple):
    name: str
    where: str  # the file it goes into, and what else there is to know
    code: str  # with HOST and KEY in it


TAG = f'<script async src="{HOST}/recorder.js" data-site="{KEY}"></script>'
_RECORD = f'record({{ site: "{KEY}", server: "{HOST}" }});'
_IMPORT = 'import { record } from "@playhead/recorder";'

SNIPPETS = (
    Snippet("HTML", "Before </head> of every page.", TAG),
    Snippet(
        "React",
        "src/main.jsx, before createRoot. Route changes of a single-page application are noticed by themselves.",
        f"{_IMPORT}\n\n{_RECORD}",
    ),
    Snippet("Vue", "src/main.js, before createApp.", f"{_IMPORT}\n\n{_RECORD}"),
    Snippet("Svelte", "SvelteKit: src/hooks.client.js. Plain Svelte: src/main.js.", f"{_IMPORT}\n\n{_RECORD}"),
    Snippet(
        "Next.js",
        "app/layout.jsx; the same in pages/_document.jsx.",
        f"""import Script from "next/script";

export default function Layout({{ children }}) {{
  return (
    <html lang="en">
      <body>{{children}}</body>
      <Script src="{HOST}/recorder.js" data-site="{KEY}" strategy="afterInteractive" />
    </html>
  );
}}""",
    ),
    Snippet(
        "Django",
        "wsgi.py. The application serves the recorder itself and passes its batches on: first-party, no other origin.",
        f"""from django.core.wsgi import get_wsgi_application
from playhead.middleware import PlayheadWSGI

application = PlayheadWSGI(get_wsgi_application(), site="{KEY}", server="{HOST}", exclude=["/admin"])""",
    ),
    Snippet(
        "Flask",
        "Where the application is made. First-party, as for Django.",
        f"""from playhead.middleware import PlayheadWSGI

app.wsgi_app = PlayheadWSGI(app.wsgi_app, site="{KEY}", server="{HOST}")""",
    ),
    Snippet(
        "FastAPI",
        "FastAPI and Starlette; Litestar takes PlayheadASGI around the application. First-party.",
        f"""from playhead.middleware import PlayheadASGI

app.add_middleware(PlayheadASGI, site="{KEY}", server="{HOST}")""",
    ),
    Snippet(
        "Rails",
        "app/views/layouts/application.html.erb, inside <head>. It survives Turbo: moves count as navigation.",
        f'<%= javascript_include_tag "{HOST}/recorder.js", async: true, data: {{ site: "{KEY}" }} %>',
    ),
    Snippet(
        "WordPress",
        "functions.php of the theme, or a plugin of your own.",
        f"""add_action('wp_head', function () {{
    if (current_user_can('edit_posts')) return; // not those who write the site
    echo '{TAG}';
}});""",
    ),
    Snippet(
        "Tag Manager",
        "Google Tag Manager: a Custom HTML tag on All Pages. It makes scripts anew and drops data-*: set them in code.",
        f"""<script>
  (function () {{
    var tag = document.createElement("script");
    tag.async = true;
    tag.src = "{HOST}/recorder.js";
    tag.setAttribute("data-site", "{KEY}");
    document.head.appendChild(tag);
  }})();
</script>""",
    ),
)


def snippets_for(origin: str, site_key: str) -> list[Snippet]:
    """Return the snippets with a server's address and a site's key in them."""
    return [one._replace(code=one.code.replace(HOST, origin).replace(KEY, site_key)) for one in SNIPPETS]
