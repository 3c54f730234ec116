/** Prometheus's text format: what its documents ask of a line, and what a label may hold. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Spread } from "../../../server/domain/spread.ts";
import { prometheusText } from "../../../server/http/prometheus.ts";
import { fakeRoutes } from "./fake.ts";

test("counters and gauges are one line each, and a label's quotes, backslashes and line ends are escaped", () => {
  const text = prometheusText([
    { name: "frames_total", help: "Frames.", type: "counter", values: [[7, { camera: 'a"b\\c\nd' }], [1]] },
  ]);
  assert.deepEqual(text.split("\n"), [
    "# HELP palisade_frames_total Frames.",
    "# TYPE palisade_frames_total counter",
    'palisade_frames_total{camera="a\\"b\\\\c\\nd"} 7',
    "palisade_frames_total 1",
    "",
  ]);
});

test("a histogram counts upwards to +Inf, in seconds, with its sum and its count", () => {
  const spread = new Spread([50, 100]);
  for (const ms of [20, 70, 300]) spread.add(ms);
  const text = prometheusText([
    { name: "x_seconds", help: "X.", type: "histogram", spreads: [[spread, { camera: "f" }]] },
  ]);
  assert.deepEqual(text.split("\n").slice(2), [
    'palisade_x_seconds_bucket{camera="f",le="0.05"} 1',
    'palisade_x_seconds_bucket{camera="f",le="0.1"} 2',
    'palisade_x_seconds_bucket{camera="f",le="+Inf"} 3',
    'palisade_x_seconds_sum{camera="f"} 0.39',
    'palisade_x_seconds_count{camera="f"} 3',
    "",
  ]);
});

test("parameters that cannot be read are refused with a sentence", async () => {
  using box = fakeRoutes();
  assert.equal((await box.get("/api/figures?after=x")).status, 400);
  const opened = await box.send("POST", "/api/session", { name: "Kim", pin: "730146" });
  const cookie = opened.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  for (const query of ["level=loud", "limit=0", "limit=1001"]) {
    assert.equal((await box.get(`/api/log?${query}`, { cookie })).status, 400, query);
  }
  assert.equal((await box.get("/api/log?level=warn&limit=5", { cookie })).status, 200);
});
