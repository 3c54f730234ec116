/** What the network's page asks of the box. All of it needs the session; without one Maintenance locks. */
import type { NetworkAnswer } from "../../server/http/network.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";

export type { NetworkAnswer };

const CERTIFICATE = "/api/network/certificate";

export async function readNetwork(): Promise<Outcome<NetworkAnswer>> {
  return await ask({ method: "GET", path: "/api/network" });
}

/** No guard: its button rests while it runs. */
export async function putCertificate(body: {
  readonly certificate: string;
  readonly key: string;
}): Promise<Outcome<NetworkAnswer>> {
  return await ask({ method: "PUT", path: CERTIFICATE, body });
}

export async function takeOwnCertificate(): Promise<Outcome<NetworkAnswer>> {
  return await ask({ method: "DELETE", path: CERTIFICATE }, "own-certificate");
}
