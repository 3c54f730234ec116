/** Fifty that connect to a port and never behave, in a process of their own until it is killed: `network_misuse.ts PORT`. */
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

const AGAIN_MS = 50;
const port = Number(process.argv[2]);
const host = "127.0.0.1";
const noise = Buffer.alloc(20_000, 0x16);

/** Nothing at all; noise instead of a handshake; a header that never ends. Whoever is turned away comes again. */
function begin(kind: "nothing" | "noise" | "header"): void {
  const socket =
    kind === "header" ? connectTls({ port, host, rejectUnauthorized: false }) : connect(port, host);
  socket.on("error", () => undefined);
  socket.once("close", () => setTimeout(() => begin(kind), AGAIN_MS));
  if (kind === "noise") socket.once("connect", () => socket.write(noise));
  if (kind === "header")
    socket.once("secureConnect", () => {
      socket.write(`GET / HTTP/1.1\r\nhost: ${host}\r\n`);
      const drip = setInterval(() => socket.write("x-more: 1\r\n"), 200);
      socket.once("close", () => clearInterval(drip));
    });
}

for (let i = 0; i < 50; i++) begin((["nothing", "noise", "header"] as const)[i % 3] ?? "nothing");
console.log("begun");
