/** One line to a syslog server, by RFC 5424: a datagram (RFC 5426), or counted octets over TCP (RFC 6587). */
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { hostname } from "node:os";

export interface SyslogTarget {
  /** Host and port, such as `192.0.2.7:514`. */
  readonly address: string;
  readonly transport: "udp" | "tcp";
}

export interface SyslogMessage {
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
  /** What kind of message, one word. */
  readonly id: string;
  /** ASCII. */
  readonly text: string;
}

/** Facility 13, "log audit", and severity 5, "notice". */
const PRIORITY = 13 * 8 + 5;

const word = (text: string): string => text.replace(/[^\x21-\x7e]/g, "") || "-";

export function syslogLine({ wallAt, id, text }: SyslogMessage): string {
  return `<${PRIORITY}>1 ${wallAt} ${word(hostname())} palisade ${process.pid} ${word(id)} - ${text}`;
}

function placeOf(address: string): { readonly host: string; readonly port: number } {
  const { hostname: host, port } = new URL(`tcp://${address}`);
  return { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

/**
 * Sends one line and ends the connection. Over UDP it resolves when the line has left the box, whether anybody
 * listens or not; over TCP when the server's machine has taken it.
 * @throws Error where it could not be sent in time
 */
export async function sendSyslog(
  { address, transport }: SyslogTarget,
  message: SyslogMessage,
  timeoutMs: number,
): Promise<void> {
  const line = syslogLine(message);
  const { host, port } = placeOf(address);
  const sent = transport === "udp" ? datagram(host, port, line) : counted(host, port, line);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs / 1_000} s`)), timeoutMs);
  });
  try {
    await Promise.race([sent.done, late]);
  } finally {
    clearTimeout(timer);
    sent.end();
  }
}

interface Sending {
  readonly done: Promise<void>;
  readonly end: () => void;
}

function datagram(host: string, port: number, line: string): Sending {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  const done = new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.send(line, port, host, (error) => (error === null ? resolve() : reject(error)));
  });
  done.catch(() => undefined); // it may come after the time is over
  return { done, end: () => socket.close() };
}

function counted(host: string, port: number, line: string): Sending {
  const socket = connect({ host, port });
  const done = new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    // Closed by the other side after our end: it has read what was sent.
    socket.once("close", () => resolve());
    socket.resume();
    socket.end(`${Buffer.byteLength(line)} ${line}`);
  });
  done.catch(() => undefined); // it may come after the time is over
  return { done, end: () => socket.destroy() };
}
