/**
 * Asks every network of this box which ONVIF cameras it has (WS-Discovery). Anybody may answer, so an answer is read
 * by patterns that take no longer than its length, it counts only for its sender's own address, and all is bounded.
 */
import { randomUUID } from "node:crypto";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { wait } from "../base/clock.ts";

const GROUP = "239.255.255.250";
const PORT = 3702;
/** UDP loses datagrams: the question is asked this often, evenly over the first half of the time. */
const QUESTIONS = 3;
const MAX_ANSWER_BYTES = 16 * 1024;
const MAX_CAMERAS = 100;
/** Cameras behind one sender's address; a recorder may answer for several. */
const MAX_PER_SENDER = 16;
/** Answers looked at in all; a flood of further ones is dropped unread. */
const MAX_ANSWERS = 1_000;
const MAX_TEXT = 80;

export interface OnvifFound {
  /** What the camera calls itself, or its address where it says nothing. */
  readonly name: string;
  /** `host:port` of its device service; the host is where the answer came from. */
  readonly address: string;
  /** The whole address of the device service, on the same host. */
  readonly xaddr: string;
  readonly hardware?: string;
  readonly location?: string;
  readonly mac?: string;
}

export interface OnvifSearch {
  readonly found: readonly OnvifFound[];
  /** Sentences: a network that could not be asked. */
  readonly problems: readonly string[];
}

export interface DiscoverOnvifOptions {
  readonly timeoutMs: number;
  /** One IPv4 address of this box instead of all of them. */
  readonly interface?: string;
  readonly signal?: AbortSignal;
}

function question(id: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
    'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ' +
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl">' +
    `<s:Header><a:MessageID>${id}</a:MessageID>` +
    "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>" +
    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header>" +
    "<s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>"
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The text of every element of this name, whatever its prefix. No pattern here can look at a byte twice. */
function textsOf(xml: string, name: string): string[] {
  const pattern = new RegExp(`<(?:[\\w.-]{1,40}:)?${name}(?:\\s[^<>]*)?>([^<]*)<`, "g");
  return [...xml.matchAll(pattern)].map((match) =>
    (match[1] ?? "")
      .replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => ENTITIES[entity] ?? "")
      .trim(),
  );
}

function plain(text: string): string | undefined {
  let words = text;
  try {
    words = decodeURIComponent(text);
  } catch {
    // It stays as it was sent: a name with a lone % is still a name.
  }
  return (
    words
      .replace(/\p{C}+/gu, " ")
      .replaceAll("_", " ")
      .trim()
      .slice(0, MAX_TEXT) || undefined
  );
}

/** `onvif://www.onvif.org/name/Front%20door` gives "Front door" for `name`. */
function scopeOf(scopes: readonly string[], kind: string): string | undefined {
  const start = `onvif://www.onvif.org/${kind}/`;
  const scope = scopes.find((each) => each.toLowerCase().startsWith(start));
  return scope === undefined ? undefined : plain(scope.slice(start.length));
}

/** The address of the device service, moved to the sender's host: nobody can send us to somebody else. */
function serviceOf(text: string, sender: string): URL | undefined {
  const all = text
    .split(/\s+/)
    .slice(0, 8)
    .filter((each) => /^https?:\/\//i.test(each) && URL.canParse(each))
    .map((each) => new URL(each))
    // Asked over IPv4: a service that is told for IPv6 alone need not be there.
    .filter(({ hostname }) => !hostname.startsWith("["));
  const url = all.find(({ hostname }) => hostname === sender) ?? all[0];
  if (url === undefined) return undefined;
  const clean = new URL(`${url.protocol}//${sender}${url.port === "" ? "" : `:${url.port}`}`);
  clean.pathname = url.pathname.slice(0, 200);
  return clean;
}

/** The cameras one answer names. Nothing where it is no answer to `question`, or no XML that SOAP allows. */
export function readAnswer(
  xml: string,
  sender: string,
  isOurs: (question: string) => boolean,
): readonly OnvifFound[] {
  // SOAP forbids a document type, the only place where an entity could be made up.
  if (/<!DOCTYPE|<!ENTITY/i.test(xml) || !textsOf(xml, "RelatesTo").some(isOurs)) return [];
  const matches = xml.split(/<(?:[\w.-]{1,40}:)?ProbeMatch(?=[\s>])/).slice(1, 1 + MAX_PER_SENDER);
  return matches.flatMap((match): OnvifFound[] => {
    const service = serviceOf(textsOf(match, "XAddrs")[0] ?? "", sender);
    if (service === undefined) return [];
    const scopes = (textsOf(match, "Scopes")[0] ?? "").split(/\s+/);
    const port = service.port || (service.protocol === "https:" ? "443" : "80");
    const [hardware, location, mac] = ["hardware", "location", "mac"].map((kind) => scopeOf(scopes, kind));
    return [
      {
        name: scopeOf(scopes, "name") ?? hardware ?? sender,
        address: `${sender}:${port}`,
        xaddr: service.href,
        ...(hardware === undefined ? {} : { hardware }),
        ...(location === undefined ? {} : { location }),
        ...(mac === undefined ? {} : { mac }),
      },
    ];
  });
}

/** What has been found so far, each camera once however many networks it answered on. */
class Harvest {
  readonly #found = new Map<string, OnvifFound>();
  readonly #perSender = new Map<string, number>();
  readonly #isOurs: (question: string) => boolean;
  #answers = 0;

  constructor(isOurs: (question: string) => boolean) {
    this.#isOurs = isOurs;
  }

  take(bytes: Buffer, { address }: RemoteInfo): void {
    if (bytes.length > MAX_ANSWER_BYTES || ++this.#answers > MAX_ANSWERS) return;
    for (const camera of readAnswer(bytes.toString("utf8"), address, this.#isOurs)) {
      const ofSender = this.#perSender.get(address) ?? 0;
      if (this.#found.has(camera.xaddr) || ofSender >= MAX_PER_SENDER) continue;
      if (this.#found.size >= MAX_CAMERAS) return;
      this.#perSender.set(address, ofSender + 1);
      this.#found.set(camera.xaddr, camera);
    }
  }

  get found(): readonly OnvifFound[] {
    return [...this.#found.values()].sort((a, b) =>
      a.address.localeCompare(b.address, "en", { numeric: true }),
    );
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
}

async function send(socket: Socket, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    socket.send(text, PORT, GROUP, (error) => (error === null ? resolve() : reject(error))),
  );
}

/** Asks one network until the time is over. Gives a sentence where that network could not be asked. */
async function ask(
  from: string,
  { timeoutMs, signal }: DiscoverOnvifOptions,
  questions: readonly string[],
  harvest: Harvest,
): Promise<string | undefined> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  socket.on("message", (bytes, sender) => harvest.take(bytes, sender));
  try {
    const bound = once(socket, "listening");
    socket.bind(0, from);
    await bound;
    socket.on("error", () => undefined); // what a network says later is told by the missing answers
    socket.setMulticastInterface(from);
    socket.setMulticastTTL(1);
    const pause = timeoutMs / 2 / questions.length;
    for (const id of questions) {
      await send(socket, question(id));
      await wait(pause, signal);
      if (signal?.aborted) return undefined;
    }
    await wait(timeoutMs / 2, signal);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    return `Cannot search for cameras from ${from} (${code}): that network takes no multicast; enter the address by hand`;
  } finally {
    socket.close();
  }
}

/** Never throws; ends early, with what it has, when the signal aborts. */
export async function discoverOnvif(options: DiscoverOnvifOptions): Promise<OnvifSearch> {
  const from = options.interface === undefined ? ownAddresses() : [options.interface];
  if (from.length === 0) {
    const problem =
      "Cannot search for network cameras: this box has no IPv4 network; check its cable, or enter the address by hand";
    return { found: [], problems: [problem] };
  }
  const questions = Array.from({ length: QUESTIONS }, () => `urn:uuid:${randomUUID()}`);
  const harvest = new Harvest((text) => questions.includes(text));
  const told = await Promise.all(from.map((address) => ask(address, options, questions, harvest)));
  return { found: harvest.found, problems: told.filter((problem) => problem !== undefined) };
}
