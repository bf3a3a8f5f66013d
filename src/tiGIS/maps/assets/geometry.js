// From TopoJSON to flat arrays of projected coordinates, one set for the main map and one for each inset.
import { projector } from "./projection.js";

// Whole numbers written as text: five bits a letter, the low ones first, a sixth bit says that more follow.
const DIGITS = new Uint8Array(128);
[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach((letter, i) => (DIGITS[letter.charCodeAt(0)] = i));

// Coordinates of all arcs, in degrees and projected. An arc is the count of its points, then the step from
// each to the next, on the topology's grid.
export function readArcs(topology, project) {
  const [sx, sy] = topology.transform.scale, [ox, oy] = topology.transform.translate;
  const text = topology.arcs, { length } = text;
  const degrees = new Float64Array(2 * topology.points), xy = new Float64Array(2 * topology.points);
  const position = { lat: 0, lng: 0 }, arcs = [];
  let at = 0, end = 0;
  function next() {
    let value = 0, shift = 0, digit;
    do {
      digit = DIGITS[text.charCodeAt(at++)];
      value |= (digit & 31) << shift;
      shift += 5;
    } while (digit & 32);
    return value & 1 ? ~(value >>> 1) : value >>> 1;
  }
  while (at < length) {
    const from = end, box = [Infinity, Infinity, -Infinity, -Infinity];
    let x = 0, y = 0;
    for (let left = next(); left; left--) {
      x += next();
      y += next();
      position.lng = degrees[end] = x * sx + ox;
      position.lat = degrees[end + 1] = y * sy + oy;
      const point = project(position);
      xy[end++] = point.x;
      xy[end++] = point.y;
      if (point.x < box[0]) box[0] = point.x;
      if (point.x > box[2]) box[2] = point.x;
      if (point.y < box[1]) box[1] = point.y;
      if (point.y > box[3]) box[3] = point.y;
    }
    arcs.push({ degrees: degrees.subarray(from, end), xy: xy.subarray(from, end), box });
  }
  return arcs;
}

export function boxOf(xy) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < xy.length; i += 2) {
    if (xy[i] < box[0]) box[0] = xy[i];
    if (xy[i] > box[2]) box[2] = xy[i];
    if (xy[i + 1] < box[1]) box[1] = xy[i + 1];
    if (xy[i + 1] > box[3]) box[3] = xy[i + 1];
  }
  return box;
}

function joinBoxes(boxes) {
  const all = [Infinity, Infinity, -Infinity, -Infinity];
  for (const b of boxes) {
    all[0] = Math.min(all[0], b[0]);
    all[1] = Math.min(all[1], b[1]);
    all[2] = Math.max(all[2], b[2]);
    all[3] = Math.max(all[3], b[3]);
  }
  return all;
}

// Rings of a geometry as chains of arcs, whatever its kind.
function chainsOf(geometry) {
  if (!geometry.type) return [];
  if (geometry.type === "LineString") return [geometry.arcs];
  if (geometry.type === "MultiPolygon") return geometry.arcs.flat();
  return geometry.arcs;
}

export function joinChain(chain, arcs, key) {
  let length = 0;
  for (const i of chain) length += arcs[i < 0 ? ~i : i][key].length - 2;
  const out = new Float64Array(length + 2);
  let at = 0;
  for (const i of chain) {
    const piece = arcs[i < 0 ? ~i : i][key];
    if (i >= 0) {
      out.set(piece, at);
      at += piece.length - 2;
    } else {
      for (let j = piece.length - 2; j >= 0; j -= 2) {
        out[at++] = piece[j];
        out[at++] = piece[j + 1];
      }
      at -= 2;
    }
  }
  return out;
}

export function readShapes(topology, name, arcs) {
  const collection = topology.objects[name];
  if (!collection) return [];
  return collection.geometries.map((geometry) => {
    const chains = chainsOf(geometry);
    const rings = chains.map((chain) => joinChain(chain, arcs, "xy"));
    const boxes = chains.flatMap((chain) => chain.map((a) => arcs[a < 0 ? ~a : a].box));
    return { geometry, chains, rings, box: boxes.length ? joinBoxes(boxes) : null };
  });
}

// A place is the main map or an inset: shapes, arcs with what lies on either side, and the search for a point.
export function readPlace(place, outlineWidth) {
  const topology = place.topology;
  const arcs = readArcs(topology, projector(place.crs, topology.bbox));
  const areas = readShapes(topology, "areas", arcs);
  const context = readShapes(topology, "context", arcs);
  const outlines = readShapes(topology, "outlines", arcs);
  const sides = arcs.map(() => []);
  areas.forEach((shape, i) => shape.chains.forEach((chain) => chain.forEach((a) => sides[a < 0 ? ~a : a].push(i))));
  const contextArcs = new Set();
  context.forEach((shape) => shape.chains.forEach((chain) => chain.forEach((a) => contextArcs.add(a < 0 ? ~a : a))));
  const inner = [], outer = [], groups = [];
  arcs.forEach((arc, a) => {
    const [one, two] = sides[a];
    if (one === undefined) return;
    (two === undefined ? outer : inner).push(arc);
    if (place.groups) {
      const from = place.groups[one], to = two === undefined ? -1 : place.groups[two];
      if (from !== to && (from >= 0 || to >= 0)) groups.push(arc);
    }
  });
  const extra = [];
  outlines.forEach((shape) => shape.chains.forEach((chain) => chain.forEach((a) => extra.push(arcs[a < 0 ? ~a : a]))));
  return {
    name: place.name, outlineWidth, ids: place.ids, topology, arcs, areas, context, inner, outer,
    outlines: groups.concat(extra),
    contextBorders: arcs.filter((_, a) => contextArcs.has(a) && !sides[a].length),
    box: joinBoxes(areas.filter((s) => s.box).map((s) => s.box)),
    local: new Map(place.ids.map((id, i) => [id, i])),
  };
}

function insideRing(ring, x, y) {
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const yi = ring[i + 1], yj = ring[j + 1];
    if (yi > y !== yj > y && x < ((ring[j] - ring[i]) * (y - yi)) / (yj - yi) + ring[i]) inside = !inside;
  }
  return inside;
}

// Index (among all territories) of the one that holds a point; -1 where there is none.
export function territoryAt(place, x, y) {
  for (let i = place.areas.length - 1; i >= 0; i--) {
    const { box, rings } = place.areas[i];
    if (!box || x < box[0] || x > box[2] || y < box[1] || y > box[3]) continue;
    let inside = false;
    for (const ring of rings) if (insideRing(ring, x, y)) inside = !inside;
    if (inside) return place.ids[i];
  }
  return -1;
}

// A point to hang a tooltip or to jump to: the middle of the box.
export function middleOf(place, id) {
  const box = place.areas[place.local.get(id)].box;
  return box && { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 };
}
