/** Shelly boards: login, and what each refusal says; and the HTTP that Tasmota boards share. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { RelayDriver } from "../../../server/relay/driver.ts";
import { digestAuthorization, parseWebBoard, pathOf } from "../../../server/relay/http_get.ts";
import { openShelly } from "../../../server/relay/shelly.ts";
import { ShellyRig } from "../../rigs/relays_http.ts";

async function board(
  t: TestContext,
  { password = "", given, channels = 2 }: { password?: string; given?: string; channels?: number } = {},
): Promise<{ rig: ShellyRig; driver: RelayDriver }> {
  const rig = new ShellyRig({ channels: 2, password });
  await rig.plugIn();
  t.after(() => rig[Symbol.asyncDispose]());
  const place = { id: "a", driver: "shelly", channels, address: rig.address(given) } as const;
  return { rig, driver: await openShelly({ dataFolder: "", board: place }) };
}

test("an address gives up its user and password, and only http is one", () => {
  const web = parseWebBoard("http://admin:p%40ss:1%2@192.0.2.7:8080");
  assert.deepEqual([web?.where, web?.user, web?.password], ["192.0.2.7:8080", "admin", "p@ss:1%2"]);
  assert.equal(parseWebBoard("http://admin:p%40ss@192.0.2.7")?.password, "p@ss");
  assert.equal(web?.base.href.includes("ss"), false);
  for (const wrong of ["", "192.0.2.7", "https://192.0.2.7", "ftp://a", "http://"])
    assert.equal(parseWebBoard(wrong), undefined, wrong);
});

test("a query is written with %20 for a space, and nothing in it can begin another field", () => {
  const web = parseWebBoard("http://192.0.2.7/");
  assert.ok(web !== undefined);
  assert.equal(
    pathOf(web, "/cm", { password: "a&b=c d", cmnd: "Power1 1" }),
    "/cm?password=a%26b%3Dc%20d&cmnd=Power1%201",
  );
});

test("the answers to the challenges of RFC 7616, section 3.9.1", () => {
  const user = { user: "Mufasa", password: "Circle of Life" };
  const clientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
  const answer = (algorithm: string): string | undefined =>
    digestAuthorization(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
      user,
      "/dir/index.html",
      clientNonce,
    );
  assert.match(
    answer("SHA-256") ?? "",
    /response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"/,
  );
  assert.match(answer("MD5") ?? "", /response="8ca523f5e9506fed4657c9700eebdbec"/);
  assert.equal(answer("SHA-512-256"), undefined);
  assert.equal(digestAuthorization('Basic realm="a"', user, "/"), undefined);
});

test("with the right password it switches, with a wrong one or none it says so", async (t) => {
  const { rig, driver } = await board(t, { password: "geheim@1" });
  await driver.write([false, true]);
  assert.deepEqual(await driver.read(), [false, true]);
  assert.deepEqual(rig.relays.states, [false, true]);
  for (const given of ["wrong", ""]) {
    const other = await board(t, { password: "geheim@1", given });
    await assert.rejects(
      other.driver.write([true, true]),
      /^Error: Cannot write board "a": 127\.0\.0\.1:\d+ refuses the password; correct it in the address/,
    );
    assert.deepEqual(other.rig.relays.states, [false, false]);
  }
});

test("channels that the device does not have, and another kind of device, say what to correct", async (t) => {
  for (const call of ["read", "write"] as const) {
    const { driver } = await board(t, { channels: 3 });
    await assert.rejects(
      async () => await (call === "read" ? driver.read() : driver.write([false, false, false])),
      /does not have 3 channels; correct channels, or the address$/,
    );
    const page = await board(t);
    page.rig.fault = "garbage";
    await assert.rejects(
      async () => await (call === "read" ? page.driver.read() : page.driver.write([false, false])),
      /does not answer as a Shelly of the second generation; correct the address$/,
    );
  }
  const place = {
    id: "a",
    driver: "shelly",
    channels: 1,
    address: "https://admin:geheim@192.0.2.7",
  } as const;
  await assert.rejects(
    openShelly({ dataFolder: "", board: place }),
    /^Error: Cannot open board "a": its address is not http:\/\/HOST; correct it$/,
  );
});
