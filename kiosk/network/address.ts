/** Where another computer reaches this box. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../call.ts";
import { may } from "../people/may.ts";
import { t } from "../say.ts";
import type { NetworkAnswer } from "./calls.ts";

const NO_WAY_IN = t(
  "No other computer reaches this box yet: switch on panels on the network under Maintenance, Network; the address stands there.",
);
/** The box's own screen comes this way, and nobody else can. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

type Way = { readonly kind: "asking" | "none" } | { readonly kind: "at"; readonly address: string };

/** Brackets around IPv6, as an address bar has them. */
export function addressOf({ address, addresses, host, port }: NetworkAnswer): string {
  const [first = host] = address === undefined ? addresses : [address];
  return `https://${first.includes(":") ? `[${first}]` : first}:${port}/`;
}

/** What `tell` says of the address, which ends in a slash; or what is to be done first; empty while it is asked for. */
export function useBoxAddress(tell: (address: string) => string): string {
  const way = useSignal<Way>(
    LOOPBACK.test(location.hostname) ? { kind: "asking" } : { kind: "at", address: `${location.origin}/` },
  );
  useEffect(() => {
    if (way.peek().kind !== "at") void askWay().then((told) => (way.value = told));
  }, []);
  const now = way.value;
  if (now.kind === "at") return tell(now.address);
  return now.kind === "none" ? NO_WAY_IN : "";
}

/** Asks nothing of whoever is not signed in: to them the page that shows it is named. */
async function askWay(): Promise<Way> {
  if (!may("setup.look")) return { kind: "none" };
  const outcome = await call({ method: "GET", path: "/api/network" });
  if (outcome.kind !== "ok") return { kind: "none" };
  const answer = outcome.value as NetworkAnswer;
  return answer.listening ? { kind: "at", address: addressOf(answer) } : { kind: "none" };
}
