/** Theme: the system's choice until the person makes one; a cookie, so that the server renders it at once. */

const COOKIE = "playhead_theme";
const YEAR_S = 365 * 86_400;

export function themeToggle(): void {
  document.querySelector("[data-theme-toggle]")?.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset["theme"] ? root.dataset["theme"] === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const chosen = dark ? "light" : "dark";
    root.dataset["theme"] = chosen;
    document.cookie = `${COOKIE}=${chosen}; path=/; max-age=${YEAR_S}; samesite=lax`;
  });
}
