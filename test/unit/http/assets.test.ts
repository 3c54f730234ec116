/** The files of the kiosk: kept by a browser for as long as their names stay, and never the page that names them. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { ROOT } from "../../support/runtime.ts";
import { fakeRoutes } from "./fake.ts";

/** The commonest letters of Chinese. */
const FONT = "noto-sans-sc-119-wght-normal-";

test("letters, scripts and styles are kept for good, the page is not, and nothing comes from elsewhere", async () => {
  const files = readdirSync(`${ROOT}kiosk/dist/assets`);
  using box = fakeRoutes();
  const { get } = box;
  for (const [begin, end, type] of [
    [FONT, ".woff2", "font/woff2"],
    ["index-", ".js", "text/javascript; charset=utf-8"],
    ["style-", ".css", "text/css; charset=utf-8"],
  ] as const) {
    const file = files.find((name) => name.startsWith(begin) && name.endsWith(end));
    const answer = await get(`/assets/${file}`);
    await answer.arrayBuffer();
    assert.equal(answer.status, 200, `${begin}*${end} is in kiosk/dist: npm run build`);
    assert.equal(answer.headers.get("content-type"), type);
    assert.equal(answer.headers.get("cache-control"), "max-age=31536000, immutable");
    assert.match(answer.headers.get("content-security-policy") ?? "", /^default-src 'self';/);
  }
  const page = await get("/");
  assert.equal(page.headers.get("cache-control"), "no-cache");
  assert.match(await page.text(), /<div id="app">/);
  const licence = await get("/assets/noto-sans-licence.txt");
  assert.match(await licence.text(), /SIL Open Font License, Version 1\.1/);
  const gone = await get("/assets/gone.woff2");
  assert.equal(gone.status, 404);
  assert.equal(gone.headers.get("cache-control"), null);
});
