// A pen that knows the part of a canvas's words that the maps use, and writes SVG: what is printed is laid out by
// the browser at the size of the paper, and stays sharp.
import { drawing } from "./dom.js";
import { leaning } from "./draw.js";

let marked = 0; // patterns and clips are found by their id, in the whole page

export class Pen {
  constructor() {
    this.node = this.into = drawing("svg", { "aria-hidden": "true" });
    this.wholePaths = true;
    this.within = [];
    this.path = "";
    this.dash = [];
    this.measure = document.createElement("canvas").getContext("2d");
  }
  styled(tag, attributes, style, ...children) {
    const node = drawing(tag, attributes, ...children);
    // colours of the page are variables: they are known to styles, not to attributes
    for (const [name, value] of Object.entries(style)) node.style.setProperty(name, value);
    return node;
  }
  write(...parts) {
    this.into.append(this.styled(...parts));
  }
  beginPath() {
    this.path = "";
  }
  moveTo(x, y) {
    this.path += `M${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  lineTo(x, y) {
    this.path += `L${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  closePath() {
    this.path += "Z";
  }
  rect(x, y, width, height) {
    this.path += `M${x} ${y}h${width}v${height}h${-width}Z`;
  }
  // whole circles only
  arc(x, y, radius) {
    this.path += `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`;
  }
  fill() {
    if (this.path) this.write("path", { d: this.path }, { fill: this.fillStyle });
  }
  stroke() {
    if (!this.path) return;
    this.write("path", { d: this.path }, {
      fill: "none", stroke: this.strokeStyle, "stroke-width": this.lineWidth, "stroke-linejoin": this.lineJoin || "miter",
      "stroke-linecap": this.lineCap || "butt", "stroke-dasharray": this.dash.join(" ") || "none",
    });
  }
  setLineDash(dash) {
    this.dash = dash;
  }
  save() {
    this.within.push(this.into);
  }
  clip() {
    const id = `tigis-${++marked}`;
    this.write("clipPath", { id }, {}, drawing("path", { d: this.path }));
    const group = drawing("g", { "clip-path": `url(#${id})` });
    this.into.append(group);
    this.into = group;
  }
  restore() {
    this.into = this.within.pop();
  }
  measureText(text) {
    this.measure.font = this.font;
    return this.measure.measureText(text);
  }
  // a halo, written with the text that follows
  strokeText() {
    this.halo = { stroke: this.strokeStyle, "stroke-width": this.lineWidth, "stroke-linejoin": "round", "paint-order": "stroke" };
  }
  fillText(text, x, y) {
    const anchor = { left: "start", center: "middle", right: "end" }[this.textAlign];
    this.write("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor, "dominant-baseline": "central" },
      { font: this.font, fill: this.fillStyle, ...this.halo }, text);
    this.halo = {};
  }
  // stripes as a paint: see striped() in draw.js
  striped({ side, ground, lean, lines }) {
    const id = `tigis-${++marked}`;
    const pattern = { id, width: side, height: side, patternUnits: "userSpaceOnUse" };
    const drawn = lines.map(({ style, width, across = 0 }) => {
      const d = [-side, 0, side].map((shift) => leaning(shift + across, side, lean)).map(([a, b, c, e]) => `M${a} ${b}L${c} ${e}`).join("");
      return this.styled("path", { d }, { fill: "none", stroke: style, "stroke-width": width });
    });
    if (ground) drawn.unshift(this.styled("rect", { width: side, height: side }, { fill: ground }));
    this.write("pattern", pattern, {}, ...drawn);
    return `url(#${id})`;
  }
}
