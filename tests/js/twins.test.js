// Numbers, projections and geometries as the page has them, against those that Python gives: see twins.py.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";
import "./leaflet.js";

const assets = "../../src/tiGIS/maps/assets";
const format = await import(`${assets}/format.js`);
const { projector } = await import(`${assets}/projection.js`);
const { readPlace, readArcs, readShapes, joinChain, territoryAt } = await import(`${assets}/geometry.js`);

const python = process.env.PYTHON || "python3";
const twins = JSON.parse(execFileSync(python, [new URL("twins.py", import.meta.url).pathname], { maxBuffer: 1e9 }));

test("numbers are written alike", () => {
  for (const { value, decimals, lang, signed, text } of twins.numbers) {
    assert.equal(format.formatNumber(value, decimals, lang, signed), text, `${value} to ${decimals} in ${lang}`);
  }
});

test("values with their unit, durations, counts and ranks are written alike", () => {
  for (const { value, unit, decimals, lang, signed, text } of twins.quantities) {
    assert.equal(format.formatValue(value, { unit, decimals, signed }, lang, ""), text, `${value} ${unit} in ${lang}`);
  }
  for (const { value, lang, text } of twins.compacts) assert.equal(format.formatCompact(value, lang), text);
  for (const { rank, lang, feminine, text } of twins.ordinals) assert.equal(format.formatOrdinal(rank, lang, feminine), text);
});

test("points are projected alike, to a millimetre (Mercator, Lambert-93) or a centimetre (UTM)", () => {
  for (const { code, reach, points } of twins.projections) {
    const project = projector(code), quick = projector(code, [-5.6, 41.2, 9.8, 51.3]);
    for (const [lng, lat, x, y] of points) {
      for (const found of [project({ lat, lng }), quick({ lat, lng })]) {
        assert.ok(Math.hypot(found.x - x, found.y - y) < reach, `${code} at ${lng} ${lat}: ${found.x - x} ${found.y - y}`);
      }
    }
  }
});

test("polygons are unpacked alike, and hold the points that they should", () => {
  const { place, rings, inside, outside } = twins.geometry;
  const arcs = readArcs(place.topology, ({ lat, lng }) => ({ x: lng, y: lat }));
  readShapes(place.topology, "areas", arcs).forEach((shape, i) => {
    const found = shape.chains.map((chain) => [...joinChain(chain, arcs, "degrees")]);
    assert.equal(found.length, rings[i].length);
    found.forEach((ring, r) => ring.forEach((v, j) => assert.ok(Math.abs(v - rings[i][r][j]) < 1e-9, `area ${i}`)));
  });
  const read = readPlace(place, 2);
  for (const [id, [x, y]] of inside.entries()) assert.equal(territoryAt(read, x, y), id);
  for (const [x, y] of outside) assert.equal(territoryAt(read, x, y), -1);
});
