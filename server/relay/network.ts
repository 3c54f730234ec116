/** Boards on the network: their addresses, and what went wrong on the way to one, in words. */
import { sentence } from "./calls.ts";

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Reads `192.0.2.7`, `relay.local:1502` or `[2001:db8::7]:502`; undefined where it is none of them. */
export function parseHost(address: string, defaultPort: number): HostPort | undefined {
  const [, bracketed, plain, digits] =
    /^(?:\[([\da-f:.]+)\]|([^\s:/@[\]]+))(?::(\d{1,5}))?$/i.exec(address) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? defaultPort : Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** @param where the board's place without credentials */
export function networkReason(error: unknown, where: string): string {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case "ECONNREFUSED":
      return `${where} refuses the connection; check its address and that its service is switched on`;
    case "ECONNRESET":
    case "EPIPE":
      return `${where} closed the connection; check its power, and that nobody else takes its connections`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `there is no way to ${where}; check its cable and the network settings of this box`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `nobody knows the name in ${where}; check its spelling, or use its IP address`;
    default:
      return sentence(error);
  }
}

export function lateReason(where: string, ms: number): string {
  return `${where} did not answer within ${ms} ms; check its power, its cable and its address`;
}
