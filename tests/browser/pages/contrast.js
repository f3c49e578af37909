// Returns every visible text of the page whose contrast against what lies behind it is below `least`.
(least) => {
  const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const ink = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    ink.clearRect(0, 0, 1, 1);
    ink.fillStyle = colour;
    ink.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = ink.getImageData(0, 0, 1, 1).data;
    return { r: r / 255, g: g / 255, b: b / 255, a: a / 255 };
  };
  const over = (top, bottom) => ({
    r: top.r * top.a + bottom.r * (1 - top.a),
    g: top.g * top.a + bottom.g * (1 - top.a),
    b: top.b * top.a + bottom.b * (1 - top.a),
    a: 1,
  });
  const luminance = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    const layers = [];
    for (let node = element; node; node = node.parentElement) {
      const paint = rgba(getComputedStyle(node).backgroundColor);
      if (paint.a) layers.push(paint);
      if (paint.a === 1) break;
    }
    return layers.reduceRight((under, layer) => over(layer, under), { r: 1, g: 1, b: 1, a: 1 });
  };
  const seen = (element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const off = element.closest("[disabled], [aria-disabled=true], .visually-hidden, .skip-link, select, svg");
    return !off && style.visibility === "visible" && box.width > 1 && box.height > 1 && element.checkVisibility();
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Map();
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || !element || !seen(element)) continue;
    const paper = behind(element);
    const letters = over(rgba(getComputedStyle(element).color), paper);
    const [light, dark] = [luminance(letters), luminance(paper)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < least) found.set(`${element.tagName.toLowerCase()}.${element.className}`, [text.data.trim().slice(0, 30), ratio.toFixed(2)]);
  }
  return [...found];
};
