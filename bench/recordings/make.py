"""Make recordings of real applications: `python bench/recordings/make.py [APP[/SCENARIO]…]`; without names, all.

Each application is installed from pip or npm into a directory of its own under PLAYHEAD_APPS (default: a temporary
one), started on a free port, driven by a Person in a real Chromium and recorded; see README.md beside this file.
"""

import importlib
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from studio import chromium, record

APPS = [
    "traps",
    "mantine_kanban",
    "primevue_clinic",
    "radicale_web",
    "svgedit_app",
    "trac_wiki",
    "turbo_shop",
    "ag_grid",
    "alpine_board",
    "angular_material",
    "antd_desk",
    "calendar_app",
    "chakra_bank",
    "chess_club",
    "dash_app",
    "datasette_app",
    "django_admin",
    "editors",
    "excalidraw",
    "fab_app",
    "flask_admin_app",
    "gradio_app",
    "harbour_map",
    "htmx_bootstrap",
    "ionic_app",
    "jupyterlab",
    "lecture_room",
    "locust_ui",
    "map_charts",
    "mesop_app",
    "mkdocs_site",
    "mui_wizard",
    "nicegui_app",
    "node_red",
    "notices",
    "octoprint_app",
    "oscar_shop",
    "panel_app",
    "quasar_app",
    "react_admin",
    "react_routes",
    "roundup_tracker",
    "shiny_app",
    "shoelace_app",
    "streamlit_app",
    "svelte_app",
    "swagger_ui",
    "tabulator_grid",
    "tiddlywiki",
    "vitepress_site",
    "vue_forms",
    "vuetify_app",
    "wagtail_cms",
    "copyparty_files",
    "fomantic_energy",
    "ihatemoney_app",
    "maildev_inbox",
    "ui5_travel",
    "fluent_desk",
    "jodit_lesson",
    "starlette_admin_app",
    "bpmn_board",
    "element_hotel",
    "sqlite_web_app",
]


def main(wanted: list[str]) -> None:
    home = Path(os.environ.get("PLAYHEAD_APPS") or tempfile.mkdtemp(prefix="playhead-apps-"))
    with chromium() as browser:
        for name in APPS:
            asked = [want.partition("/")[2] for want in wanted if want.partition("/")[0] == name]
            if wanted and not asked:
                continue
            app = importlib.import_module(f"apps.{name}")
            with app.serve(home / name) as url:
                for scenario in app.scenarios():
                    if not asked or "" in asked or scenario.name in asked:
                        record(browser, scenario, app=name, url=url)


if __name__ == "__main__":
    main(sys.argv[1:])
