/**
 * Turns SVG that is shown in the page into SVG that stands alone: what the page's style sheets, theme
 * and fonts give it is written into its elements. Works on elements that are in the document.
 */
const SVG = "http://www.w3.org/2000/svg";
const XHTML = "http://www.w3.org/1999/xhtml";

/** What the board's drawings are painted with, and what SVG takes where nothing is said. */
const PAINT: Readonly<Record<string, string>> = {
  fill: "rgb(0, 0, 0)",
  stroke: "none",
  "stroke-width": "1px",
  "stroke-linecap": "butt",
  "stroke-linejoin": "miter",
  "stroke-dasharray": "none",
  opacity: "1",
  "font-family": "",
  "font-size": "",
  "font-weight": "400",
  "font-style": "normal",
  "text-anchor": "start",
  "dominant-baseline": "auto",
};
const TEXT_ONLY = new Set([
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "text-anchor",
  "dominant-baseline",
]);

/** Writes each element's computed paint into attributes, which every program that shows SVG knows. */
export function inlineStyles(svg: SVGSVGElement): void {
  const elements = [...svg.querySelectorAll<SVGElement>("*")].filter(
    (element) => element.namespaceURI === SVG && element.closest("foreignObject") === null,
  );
  const read = elements.map((element) => paintOf(element)); // all, before any is changed
  for (const [i, element] of elements.entries()) {
    element.removeAttribute("class");
    element.removeAttribute("style");
    const { attributes, blend } = read[i] ?? { attributes: [], blend: "normal" };
    for (const [name, value] of attributes) element.setAttribute(name, value);
    if (blend !== "normal") element.setAttribute("style", `mix-blend-mode: ${blend}`);
    if (element.localName === "text") element.setAttribute("xml:space", "preserve");
  }
}

function paintOf(element: SVGElement) {
  const style = getComputedStyle(element);
  const isText = element.localName === "text" || element.localName === "tspan";
  const isPainted = !["g", "title", "defs", "switch", "image"].includes(element.localName);
  const attributes: [string, string][] = [];
  for (const [name, usual] of Object.entries(PAINT)) {
    const value = style.getPropertyValue(name);
    const isWanted = name === "opacity" || (isPainted && (isText || !TEXT_ONLY.has(name)));
    const isSaid = isText && TEXT_ONLY.has(name) && element.localName === "text";
    if (isWanted && value !== "" && (value !== usual || isSaid)) attributes.push([name, value]);
  }
  return { attributes, blend: style.getPropertyValue("mix-blend-mode") };
}

/**
 * A formula typeset by KaTeX lives from its sheet and fonts. The MathML beside it needs neither: browsers
 * draw it by themselves, and whoever shows no HTML inside SVG shows the formula's source. So does everybody
 * of one that is not typeset.
 */
export function replaceFormulas(svg: SVGSVGElement): void {
  for (const frame of svg.querySelectorAll("foreignObject")) {
    const math = frame.querySelector("math");
    const html = frame.firstElementChild;
    if (!html) continue;
    const { color, fontSize } = getComputedStyle(html);
    if (!math) {
      frame.replaceWith(sourceText(frame, html.textContent, color));
      continue;
    }
    const body = document.createElementNS(XHTML, "div");
    body.setAttribute("style", `color: ${color}; font-size: ${fontSize}; text-align: center`);
    math.setAttribute("display", "block");
    const source = math.querySelector("annotation")?.textContent ?? "";
    body.append(math);
    frame.replaceChildren(body);
    frame.setAttribute("requiredExtensions", XHTML);
    const either = document.createElementNS(SVG, "switch");
    frame.replaceWith(either);
    either.append(frame, sourceText(frame, source, color));
  }
}

function sourceText(frame: Element, source: string, color: string): SVGElement {
  const text = document.createElementNS(SVG, "text");
  text.setAttribute("x", frame.getAttribute("x") ?? "0");
  text.setAttribute("y", String(Number(frame.getAttribute("y") ?? "0") + 24));
  text.setAttribute("style", `fill: ${color}; font-family: monospace; font-size: 18px`);
  text.textContent = source;
  return text;
}

const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/**
 * Serialised SVG without the signs that XML does not have: programs show nothing of a file with one of
 * them, and slides leave a vertical tab in texts that are copied from them.
 */
export function withoutForeignSigns(xml: string): string {
  return xml.replace(NOT_XML, "\ufffd");
}
