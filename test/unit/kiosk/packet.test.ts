/** Pictures over the wire: what is a packet, and what is not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parsePacket } from "../../../kiosk/packet.ts";

function packet(header: unknown, jpeg: Uint8Array): ArrayBuffer {
  const head = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const message = new Uint8Array(2 + head.length + jpeg.length);
  new DataView(message.buffer).setUint16(0, head.length);
  message.set(head, 2);
  message.set(jpeg, 2 + head.length);
  return message.buffer;
}

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);

test("a packet gives back its camera, number, age and picture", () => {
  const camera = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(camera, fc.nat(), fc.nat({ max: 99_999 }), bytes, (name, seq, ageMs, jpeg) => {
      const parsed = parsePacket(packet({ camera: name, seq, ageMs }, jpeg));
      assert.deepEqual(parsed, { camera: name, seq, ageMs, jpeg });
    }),
  );
});

test("a message that is no packet is refused", () => {
  const good = { camera: "front", seq: 1, ageMs: 5 };
  const broken: readonly (readonly [string, ArrayBuffer])[] = [
    ["nothing", new ArrayBuffer(0)],
    ["half a length", new ArrayBuffer(1)],
    ["no header", new Uint8Array([0, 0, 1, 2]).buffer],
    ["a header longer than the message", new Uint8Array([0, 9, 123, 125]).buffer],
    ["no picture", packet(good, new Uint8Array())],
    ["no JSON", packet("{", JPEG)],
    ["no object", packet("null", JPEG)],
    ["no camera", packet({ ...good, camera: 7 }, JPEG)],
    ["no number", packet({ ...good, seq: 1.5 }, JPEG)],
    ["an age before the picture", packet({ ...good, ageMs: -1 }, JPEG)],
    ["no age", packet({ camera: "front", seq: 1 }, JPEG)],
  ];
  for (const [what, message] of broken) assert.equal(parsePacket(message), undefined, what);
});

test("no message breaks the parser", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      parsePacket(bytes.slice().buffer);
    }),
  );
});
