/** What is believed of a camera's answers: whose they are, where they lead, which stream is the best. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { judged, serviceAt, sourceOf } from "../../../server/camera/onvif.ts";
import { readAnswer } from "../../../server/camera/onvif_find.ts";

const SENDER = "192.0.2.10";
const ours = (id: string): boolean => id === "urn:uuid:1";

function answer(xaddrs: string, { relates = "urn:uuid:1", scopes = "" } = {}): string {
  return (
    `<e:Envelope xmlns:e="x"><e:Header><a:RelatesTo RelationshipType="d:Suggestion">${relates}</a:RelatesTo></e:Header>` +
    `<e:Body><d:ProbeMatches><d:ProbeMatch>\n<d:Scopes MatchBy="m">${scopes}</d:Scopes>` +
    `<d:XAddrs>${xaddrs}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>`
  );
}

test("an answer to our question names a camera, with its words unpacked", () => {
  const scopes =
    "onvif://www.onvif.org/name/Front%20door&amp;yard onvif://www.onvif.org/hardware/DS-2CD " +
    "onvif://www.onvif.org/location/hall_7 onvif://www.onvif.org/MAC/02:00:00:00:00:01";
  const xaddrs = `http://[fe80::1]/onvif/device_service http://${SENDER}:8080/onvif/device_service`;
  assert.deepEqual(readAnswer(answer(xaddrs, { scopes }), SENDER, ours), [
    {
      name: "Front door&yard",
      address: `${SENDER}:8080`,
      xaddr: `http://${SENDER}:8080/onvif/device_service`,
      hardware: "DS-2CD",
      location: "hall 7",
      mac: "02:00:00:00:00:01",
    },
  ]);
});

test("an answer leads to its sender and to nobody else", () => {
  for (const xaddr of [
    "http://198.51.100.9/onvif/device_service",
    "http://user:pass@evil.example:80/onvif/device_service?a=b#c",
    "http://127.0.0.1/onvif/device_service",
  ]) {
    const [found] = readAnswer(answer(xaddr), SENDER, ours);
    assert.equal(found?.xaddr, `http://${SENDER}/onvif/device_service`);
    assert.equal(found?.address, `${SENDER}:80`);
    assert.equal(found?.name, SENDER);
  }
});

test("what is no answer to our question is nothing", () => {
  const good = `http://${SENDER}/onvif/device_service`;
  for (const xml of [
    "",
    answer(good, { relates: "urn:uuid:2" }),
    `<!DOCTYPE x [<!ENTITY a "b">]>${answer(good)}`,
    answer("javascript:alert(1) ftp://a/b http://"),
    answer(`http://${SENDER}:99999999/`),
    answer(good).slice(0, 200),
    answer(good).replaceAll("ProbeMatch", "Hello"),
  ]) {
    assert.deepEqual(readAnswer(xml, SENDER, ours), [], xml.slice(0, 80));
  }
});

test("an answer made to choke a pattern costs no more than any other", () => {
  const head = "<a:RelatesTo>urn:uuid:1</a:RelatesTo><d:ProbeMatch>";
  const spent = [
    "<",
    "<d:XAddrs ",
    "<ProbeMatch ",
    "<aaaaaaaaaaaaaaa",
    "<d:ProbeMatch><d:XAddrs",
    "&amp",
  ].map((part) => {
    const xml = head + part.repeat(Math.floor(16_000 / part.length));
    const started = process.cpuUsage();
    for (let i = 0; i < 10; i++) readAnswer(xml, SENDER, ours);
    return process.cpuUsage(started).user / 10_000;
  });
  assert.ok(Math.max(...spent) < 50, `${spent.map((ms) => ms.toFixed(1)).join(", ")} ms of CPU for 16 KB`);
});

test("an address is a host, a host with its port, or the whole address of the service", () => {
  const path = "/onvif/device_service";
  assert.deepEqual(serviceAt("192.0.2.1"), { hostname: "192.0.2.1", port: 80, path, secure: false });
  assert.deepEqual(serviceAt("cam.local:8080"), { hostname: "cam.local", port: 8080, path, secure: false });
  assert.deepEqual(serviceAt("https://192.0.2.1/x"), {
    hostname: "192.0.2.1",
    port: 443,
    path: "/x",
    secure: true,
  });
  assert.deepEqual(serviceAt("[2001:db8::1]:81"), { hostname: "2001:db8::1", port: 81, path, secure: false });
  for (const wrong of ["", "a b", "a\nb", "http://", "a".repeat(301)])
    assert.equal(serviceAt(wrong), undefined);
});

test("a stream's address gets the host that was asked and the credentials, encoded", () => {
  const source = (uri: string, asked = "192.0.2.1"): string | undefined =>
    sourceOf(uri, asked, "ad@min", "a%41:/?#");
  const login = "ad%40min:a%2541%3A%2F%3F%23@";
  for (const host of [
    "192.0.2.1",
    "0.0.0.0",
    "127.0.0.1",
    "10.0.0.5",
    "camera.internal",
    "[fe80::1]",
    "192.0.2.255",
  ])
    assert.equal(source(`rtsp://${host}:8554/s?a=1&b=2`), `rtsp://${login}192.0.2.1:8554/s?a=1&b=2`);
  assert.equal(source("rtsp://192.0.2.9/s"), `rtsp://${login}192.0.2.9/s`, "a recorder's camera");
  assert.equal(source("rtsp://old:login@192.0.2.1/s"), `rtsp://${login}192.0.2.1/s`);
  assert.equal(source("rtsp://192.0.2.1/s", "2001:db8::1"), `rtsp://${login}[2001:db8::1]/s`);
  assert.equal(sourceOf("rtsps://192.0.2.1/s", "192.0.2.1", "", ""), "rtsps://192.0.2.1/s");
  for (const wrong of [
    "",
    "http://192.0.2.1/s",
    "file:/etc/passwd",
    "rtsp://",
    "rtsp://a b/s",
    "-i rtsp://a/b",
  ])
    assert.equal(source(wrong), undefined, wrong);
});

test("the stream nearest to 640 to 1280 pixels at 10 to 15 pictures a second is recommended", () => {
  const stream = (encoding: string, width: number, fps: number) => ({
    ...{ profile: `${encoding} ${width} ${fps}`, encoding, width, height: width / 2, fps },
    uri: "rtsp://192.0.2.1/s",
  });
  const best = (...streams: readonly (readonly [string, number, number])[]): string | undefined => {
    const told = streams.map(([encoding, width, fps]) => stream(encoding, width, fps));
    const marked = judged(told, { hostname: "192.0.2.1", user: "", password: "" }).filter(
      (s) => s.recommended,
    );
    assert.equal(marked.length, 1);
    return marked[0]?.profile;
  };
  assert.equal(best(["H264", 2560, 25], ["H264", 704, 12], ["JPEG", 320, 5]), "H264 704 12");
  assert.equal(best(["H265", 1280, 15], ["H264", 1280, 15]), "H264 1280 15");
  assert.equal(best(["H264", 1920, 25], ["H264", 352, 5]), "H264 1920 25");
  assert.equal(best(["H264", 704, 2], ["H264", 704, 25]), "H264 704 25");
  assert.equal(best(["MPEG4", 704, 12], ["H264", 3840, 25]), "H264 3840 25");
});
