/** What the timeline draws: its bars, the shapes of its markers, and where a node lies. */

const SVG = "http://www.w3.org/2000/svg";

export function placed<T extends HTMLElement>(node: T, left: string, width: string): T {
  node.style.left = left;
  node.style.width = width;
  return node;
}

export function bars(buckets: number[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${buckets.length} 100`);
  svg.setAttribute("preserveAspectRatio", "none");
  const path = document.createElementNS(SVG, "path");
  const d = buckets.map((value, i) => (value > 0 ? `M${i + 0.12} 100v-${Math.max(6, value * 92).toFixed(1)}h0.76V100z` : ""));
  path.setAttribute("d", d.join(""));
  svg.append(path);
  return svg;
}

/** Colour is never the only difference: a square broke, a triangle did not answer, a circle hesitated. */
export function shape(tone: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  const outlines: Record<string, string> = {
    red: "M2.5 1h9A1.5 1.5 0 0 1 13 2.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 1 11.5v-9A1.5 1.5 0 0 1 2.5 1z",
    amber: "M7 1.2c.5 0 .9.2 1.1.7l5 9.3c.4.8-.2 1.8-1.1 1.8H2c-.9 0-1.5-1-1.1-1.8l5-9.3c.2-.5.6-.7 1.1-.7z",
    violet: "M7 1a6 6 0 1 1 0 12A6 6 0 0 1 7 1z",
  };
  path.setAttribute("d", outlines[tone] ?? outlines["violet"] ?? "");
  svg.append(path);
  return svg;
}
