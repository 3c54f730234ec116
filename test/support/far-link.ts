/** A long way to a server on this machine: every byte comes through, in both directions, a fixed time later. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Millis } from "../../server/domain/units.ts";

export interface FarLink extends AsyncDisposable {
  /** The same address, the long way round. */
  readonly url: string;
}

function carry(from: Socket, to: Socket, delayMs: Millis): void {
  from.on("data", (bytes) => setTimeout(() => to.writable && to.write(bytes), delayMs));
  from.on("error", () => to.destroy());
  from.on("close", () => setTimeout(() => to.destroy(), delayMs));
}

export async function openFarLink(url: string, delayMs: Millis): Promise<FarLink> {
  const address = new URL(url);
  const port = Number(address.port);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    }
    carry(near, far, delayMs);
    carry(far, near, delayMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address.port = String((server.address() as AddressInfo).port);
  return {
    url: address.href,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
