#!/usr/bin/env node
// ONVIF cameras in plain Node: they answer the search of a network (WS-Discovery) and tell the addresses of their
// streams to who knows the password; there is no video. With faults to switch on.
//   node onvif_cam.mjs [--control PORT] [--on 127.0.0.1] --cam name=front,user=admin,pass=secret,auth=token
// Options: auth=token (WS-Security digest) or http (HTTP digest); clock_s: how far its clock is ahead; fresh_s: how old
// a token may be; fault. The search is heard on port 3702 of the --on addresses only (several: --on A --on B).
// Control: GET / lists; POST /NAME {"fault": F} with F one of
//   none; of the service: badauth silent garbage huge (20 MB) bomb (entities) slow (a byte per 0.2 s) html shape (SOAP
//   without what was asked) prefixes (1 MB that patterns choke on) clock (a date that is none) nat (streams on 0.0.0.0)
//   elsewhere (streams and XAddr on another host) redirect; of the search: noise (much that is no answer) flood
//   unrelated (an answer to another question) mute
import { createHash, randomBytes, randomUUID } from "node:crypto";
import dgram from "node:dgram";
import { once } from "node:events";
import http from "node:http";

const HOST = "127.0.0.1";
const GROUP = "239.255.255.250";
const ELSEWHERE = "192.0.2.77";
const MAX_BODY = 64 * 1024;

const PROFILES = [
  { token: "main", name: "Main stream", encoding: "H264", width: 2560, height: 1440, fps: 25 },
  { token: "sub", name: "Sub & stream", encoding: "H264", width: 704, height: 576, fps: 12 },
  { token: "mobile", name: "Mobile", encoding: "JPEG", width: 320, height: 180, fps: 5 },
];

const envelope = (body, header = "") =>
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" ' +
  'xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
  'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:tt="http://www.onvif.org/ver10/schema" ' +
  'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" ' +
  'xmlns:ter="http://www.onvif.org/ver10/error">' +
  `<SOAP-ENV:Header>${header}</SOAP-ENV:Header><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;

const REFUSED = envelope(
  "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode>" +
    "<SOAP-ENV:Value>ter:NotAuthorized</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason>" +
    '<SOAP-ENV:Text xml:lang="en">Sender not Authorized</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>',
);

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const md5 = (text) => createHash("md5").update(text).digest("hex");
const textOf = (xml, name) => new RegExp(`<(?:[\\w-]+:)?${name}(?:\\s[^>]*)?>([^<]*)<`).exec(xml)?.[1];

/** Nine entities, each ten times the one before it: a thousand million letters where somebody expands them. */
const BOMB =
  `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a0 "lol">${Array.from(
    { length: 9 },
    (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`,
  ).join("")}]>` +
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><r>&a9;</r></s:Body></s:Envelope>';

/** What a camera with this fault sends instead of any answer. */
const SPOILED = {
  garbage: () => randomBytes(4096),
  huge: () => envelope(`<tds:X>${"<a>1</a>".repeat(2_500_000)}</tds:X>`),
  bomb: () => BOMB,
  html: () => "<!DOCTYPE html><html><body><h1>Please log in</h1></body></html>",
  shape: () => envelope("<tds:SomethingElse><a/></tds:SomethingElse>"),
  prefixes: () => `<x ${"xmlns".repeat(180_000)}>`,
};

class Camera {
  constructor(options) {
    Object.assign(
      this,
      { user: "", pass: "", auth: "token", clock_s: 0, fresh_s: 5, fault: "none" },
      options,
    );
    this.port = Number(this.port ?? 0);
    this.urn = `urn:uuid:${randomUUID()}`;
    this.nonce = randomBytes(8).toString("hex");
    this.used = new Set();
    this.sent = 0;
    this.cut = 0;
  }

  async open(host) {
    this.host = host;
    this.server = http.createServer((request, response) => void this.serve(request, response));
    this.server.listen(this.port, host);
    await once(this.server, "listening");
    this.port = this.server.address().port;
  }

  get state() {
    const { name, port, fault, sent, cut, host } = this;
    return { name, port, url: `http://${host}:${port}/onvif/device_service`, fault, sent, cut };
  }

  now() {
    return new Date(Date.now() + Number(this.clock_s) * 1000);
  }

  get secret() {
    return this.fault === "badauth" ? `${this.pass}, changed` : this.pass;
  }

  tokenFits(xml) {
    const [user, digest, nonce, created] = ["Username", "Password", "Nonce", "Created"].map((n) =>
      textOf(xml, n),
    );
    if (user !== this.user || !digest || !nonce || !created || this.used.has(nonce)) return false;
    const age = Math.abs(this.now() - new Date(created));
    const hash = createHash("sha1").update(Buffer.from(nonce, "base64")).update(created).update(this.secret);
    if (!(age <= Number(this.fresh_s) * 1000) || hash.digest("base64") !== digest) return false;
    this.used.add(nonce);
    return true;
  }

  httpFits({ method, headers }) {
    const told = Object.fromEntries(
      [...(headers.authorization ?? "").matchAll(/(\w+)="?([^",]*)"?/g)].map((match) => match.slice(1)),
    );
    if (told.username !== this.user || told.nonce !== this.nonce) return false;
    const [ha1, ha2] = [md5(`${this.user}:onvif:${this.secret}`), md5(`${method}:${told.uri}`)];
    return told.response === md5(`${ha1}:${told.nonce}:${told.nc}:${told.cnonce}:auth:${ha2}`);
  }

  reply(response, text, status = 200) {
    this.sent++;
    // An answer that the other side did not want to hear to its end.
    response.on("close", () => {
      if (!response.writableFinished) this.cut++;
    });
    response.writeHead(status, { "content-type": "application/soap+xml; charset=utf-8" }).end(text);
  }

  async serve(request, response) {
    let xml = "";
    for await (const part of request) {
      xml += part;
      if (xml.length > MAX_BODY) return request.destroy();
    }
    response.on("error", () => undefined);
    if (this.fault === "silent") return;
    if (this.fault === "redirect") {
      response.writeHead(302, { location: `http://${ELSEWHERE}/onvif/device_service` }).end();
      return;
    }
    if (this.fault === "slow") return this.drip(response);
    const spoiled = SPOILED[this.fault];
    if (spoiled) return this.reply(response, spoiled());
    const action = /<(?:[\w-]+:)?Body[^>]*>\s*<(?:[\w-]+:)?(\w+)/.exec(xml)?.[1] ?? "";
    // The time is told to everybody, as the specification has it; so is which services there are.
    const open =
      ["GetSystemDateAndTime", "GetServices", "GetCapabilities"].includes(action) || this.user === "";
    if (!open && this.auth === "http" && !this.httpFits(request)) {
      const challenge = `Digest realm="onvif", qop="auth", nonce="${this.nonce}", algorithm="MD5"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
      return;
    }
    if (!open && this.auth === "token" && !this.tokenFits(xml)) return this.reply(response, REFUSED, 400);
    const body = this.answers[action]?.(xml);
    this.reply(response, body === undefined ? REFUSED : envelope(body), body === undefined ? 400 : 200);
  }

  async drip(response) {
    response.writeHead(200, { "content-type": "application/soap+xml" });
    const timer = setInterval(() => response.write(" "), 200);
    response.on("close", () => clearInterval(timer));
  }

  get answers() {
    const service = (path) =>
      `http://${this.fault === "elsewhere" ? ELSEWHERE : this.host}:${this.port}${path}`;
    const [day, time] = [
      this.now().toISOString().slice(0, 10).split("-"),
      this.now().toISOString().slice(11, 19),
    ];
    const [hour, minute, second] = time.split(":").map(Number);
    const year = this.fault === "clock" ? "99999999" : day[0];
    return {
      GetSystemDateAndTime: () =>
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>" +
        `<tt:UTCDateTime><tt:Time><tt:Hour>${hour}</tt:Hour><tt:Minute>${minute}</tt:Minute>` +
        `<tt:Second>${second}</tt:Second></tt:Time><tt:Date><tt:Year>${year}</tt:Year>` +
        `<tt:Month>${Number(day[1])}</tt:Month><tt:Day>${Number(day[2])}</tt:Day></tt:Date></tt:UTCDateTime>` +
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>",
      GetServices: () =>
        `<tds:GetServicesResponse>${[
          ["device", "/onvif/device_service"],
          ["media", "/onvif/media_service"],
        ]
          .map(
            ([kind, path]) =>
              `<tds:Service><tds:Namespace>http://www.onvif.org/ver10/${kind}/wsdl</tds:Namespace>` +
              `<tds:XAddr>${service(path)}</tds:XAddr></tds:Service>`,
          )
          .join("")}</tds:GetServicesResponse>`,
      GetCapabilities: () =>
        `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>${service("/onvif/media_service")}` +
        "</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>",
      GetDeviceInformation: () =>
        "<tds:GetDeviceInformationResponse><tds:Manufacturer>Rig</tds:Manufacturer><tds:Model>Eye 3</tds:Model>" +
        "</tds:GetDeviceInformationResponse>",
      GetProfiles: () =>
        `<trt:GetProfilesResponse>${PROFILES.map(profileXml).join("")}</trt:GetProfilesResponse>`,
      GetStreamUri: (xml) => {
        const host = { nat: "0.0.0.0", elsewhere: ELSEWHERE }[this.fault] ?? this.host;
        const uri = `rtsp://${host}:554/stream/${textOf(xml, "ProfileToken")}?channel=1&amp;unicast=true`;
        return `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`;
      },
    };
  }

  /** The datagrams this camera sends for a question. */
  matches(question) {
    const host = this.fault === "elsewhere" ? ELSEWHERE : this.host;
    const match = (port, name) =>
      `<d:ProbeMatch><wsa:EndpointReference><wsa:Address>${this.urn}</wsa:Address></wsa:EndpointReference>` +
      `<d:Types>tds:Device</d:Types><d:Scopes>onvif://www.onvif.org/name/${name} ` +
      "onvif://www.onvif.org/hardware/Eye%203 onvif://www.onvif.org/location/hall_7 " +
      "onvif://www.onvif.org/MAC/02:00:00:00:00:01</d:Scopes>" +
      `<d:XAddrs>http://[fe80::1]/onvif/device_service http://${host}:${port}/onvif/device_service</d:XAddrs>` +
      "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>";
    const answer = (relates, port = this.port, name = encodeURIComponent(this.name)) =>
      envelope(
        `<d:ProbeMatches>${match(port, name)}</d:ProbeMatches>`,
        `<wsa:RelatesTo>${escaped(relates)}</wsa:RelatesTo>`,
      );
    if (["mute", "silent"].includes(this.fault)) return [];
    if (this.fault === "unrelated") return [answer(`urn:uuid:${randomUUID()}`)];
    if (this.fault === "flood") return Array.from({ length: 3_000 }, (_, i) => answer(question, 10_000 + i));
    const noise = [
      ...[
        randomBytes(1200),
        BOMB,
        "",
        "<ProbeMatch>".repeat(4_000),
        "<".repeat(16_000),
        "<XAddrs ".repeat(2_000),
      ],
      ...[answer(question).replace("http://", "javascript://"), answer(question).slice(0, 900)],
      ...[`${answer(question)}${" ".repeat(40_000)}`, answer(question, 99_999_999)],
    ];
    return [...(this.fault === "noise" ? noise : []), answer(question)];
  }
}

function profileXml({ token, name, encoding, width, height, fps }) {
  return (
    `<trt:Profiles token="${token}" fixed="true"><tt:Name>${escaped(name)}</tt:Name>` +
    `<tt:VideoEncoderConfiguration token="e-${token}"><tt:Name>e</tt:Name><tt:Encoding>${encoding}</tt:Encoding>` +
    `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>` +
    `<tt:RateControl><tt:FrameRateLimit>${fps}</tt:FrameRateLimit></tt:RateControl>` +
    "</tt:VideoEncoderConfiguration></trt:Profiles>"
  );
}

/** Hears the search on the addresses given and on no other, so that no question of a real network comes in. */
async function hear(address, cameras) {
  const socket = dgram.createSocket({ type: "udp4", reuseAddr: true });
  socket.bind(3702, GROUP);
  await once(socket, "listening");
  socket.addMembership(GROUP, address);
  const voice = dgram.createSocket("udp4");
  voice.bind(0, address);
  await once(voice, "listening");
  voice.on("error", () => undefined);
  socket.on("message", async (bytes, { address: asker, port }) => {
    const question = textOf(bytes.toString("utf8"), "MessageID");
    if (question === undefined || !/Probe</.test(bytes.toString("utf8"))) return;
    for (const camera of cameras.filter(({ host }) => host === address)) {
      for (const [i, answer] of camera.matches(question).entries()) {
        voice.send(answer, port, asker);
        if (i % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  });
}

async function control(port, cameras) {
  const server = http.createServer(async (request, response) => {
    const say = (status, value) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.method === "GET") return say(200, { cams: cameras.map(({ state }) => state) });
    const camera = cameras.find(({ name }) => `/${name}` === request.url);
    let body = "";
    for await (const part of request) body += part;
    if (camera === undefined) return say(404, { error: "no such camera" });
    Object.assign(camera, JSON.parse(body));
    say(200, camera.state);
  });
  server.listen(port, HOST);
  await once(server, "listening");
  return server.address().port;
}

const args = process.argv.slice(2);
const values = (flag) => args.flatMap((arg, i) => (args[i - 1] === flag ? [arg] : []));
const addresses = values("--on").length > 0 ? values("--on") : [HOST];
const cameras = values("--cam").map(
  (text) => new Camera(Object.fromEntries(text.split(",").map((pair) => pair.split(/=(.*)/s).slice(0, 2)))),
);
for (const [i, camera] of cameras.entries()) await camera.open(addresses[i % addresses.length]);
for (const address of addresses) await hear(address, cameras);
const port = await control(Number(values("--control")[0] ?? 0), cameras);
console.log(JSON.stringify({ control: port, cams: cameras.map(({ state }) => state) }));
