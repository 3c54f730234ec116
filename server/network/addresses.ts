/** What this machine is called on the network, and under which addresses it is reached. */
import { hostname, networkInterfaces } from "node:os";

export interface Places {
  readonly host: string;
  readonly addresses: readonly string[];
}

const HOST = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

/** Without those of the machine to itself, and those that hold on one cable only. */
export function ownPlaces(): Places {
  const all = Object.values(networkInterfaces()).flatMap((list = []) => list);
  const reached = all.filter(({ internal, address }) => !internal && !/^(?:fe80:|169\.254\.)/i.test(address));
  const sorted = reached.toSorted((a, b) => a.family.localeCompare(b.family));
  const host = hostname();
  return {
    host: HOST.test(host) ? host : "palisade",
    addresses: [...new Set(sorted.map(({ address }) => address))],
  };
}

/** What a certificate of this machine is for. */
export function ownNames({ host, addresses }: Places): readonly string[] {
  const local = host.includes(".") ? [] : [`${host}.local`];
  return [host, ...local, "localhost", ...addresses, "127.0.0.1"];
}
