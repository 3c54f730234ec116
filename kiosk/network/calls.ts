/** What the network's page asks of the box. All of it needs the session; without one Maintenance locks. */
import { SIGN_OUT_REASONS } from "../../server/domain/reason_code.ts";
import type { FarPerson, NetworkAnswer } from "../../server/http/network.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";

export type { FarPerson, NetworkAnswer };

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

/** Signs out whoever it is; everybody where nobody is named. */
export async function signOutThere(person?: Pick<FarPerson, "id">): Promise<Outcome<NetworkAnswer>> {
  const path = `/api/network/people${person === undefined ? "" : `/${person.id}`}`;
  return await ask({ method: "DELETE", path, because: SIGN_OUT_REASONS }, "sign-out-there");
}
