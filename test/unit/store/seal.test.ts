/** Sealed addresses: what opens them, what does not, and what stays as it was. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findKey, keyForSealing } from "../../../server/store/camera_key.ts";
import { openBody, type SealFile, sealBody } from "../../../server/store/seal.ts";

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "palisade-seal-"));
  readonly file = join(this.path, "camera-key");
  readonly seal: SealFile = { find: () => findKey(this.file), forSealing: () => keyForSealing(this.file) };
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly sealed?: string;
}

const SOURCE = "rtsp://root:hunter2@host/stream";
const camera = (id: string, source: string): Stored => ({ id, name: `Camera ${id}`, source });
const bodyOf = (...cameras: readonly Stored[]): string => JSON.stringify({ cameras });
const camerasOf = (body: string): readonly Stored[] => (JSON.parse(body) as { cameras: Stored[] }).cameras;
const only = (body: string): Stored => {
  const [first] = camerasOf(body);
  assert.ok(first !== undefined);
  return first;
};

test("no key is made before there is something to seal, and then once, for its owner alone", () => {
  using folder = new Folder();
  sealBody(bodyOf(camera("a", "rtsp://host/open")), undefined, folder.seal);
  assert.deepEqual(readdirSync(folder.path), []);
  const first = sealBody(bodyOf(camera("a", SOURCE)), undefined, folder.seal);
  sealBody(bodyOf(camera("b", SOURCE)), undefined, folder.seal);
  assert.deepEqual(readdirSync(folder.path), ["camera-key"]);
  assert.equal(statSync(folder.file).mode & 0o777, 0o600);
  assert.doesNotMatch(first, /hunter2|root/);
  assert.equal(only(first).source, "rtsp://***@host/stream");
  assert.deepEqual(openBody(first, folder.seal), { body: bodyOf(camera("a", SOURCE)), locked: [] });
});

test("the same address twice is sealed differently, but one that did not change keeps its text", () => {
  using folder = new Folder();
  const clear = bodyOf(camera("a", SOURCE), camera("b", SOURCE));
  const sealed = sealBody(clear, undefined, folder.seal);
  const [a, b] = camerasOf(sealed);
  assert.notEqual(a?.sealed, b?.sealed);
  assert.equal(sealBody(clear, sealed, folder.seal), sealed);
  const changed = sealBody(
    bodyOf(camera("a", SOURCE), camera("b", SOURCE.replace("2", "3"))),
    sealed,
    folder.seal,
  );
  assert.equal(camerasOf(changed)[0]?.sealed, a?.sealed);
  assert.notEqual(camerasOf(changed)[1]?.sealed, b?.sealed);
});

test("a sealed address that was altered, or moved to another camera, is damaged and not opened", () => {
  using folder = new Folder();
  const sealed = only(sealBody(bodyOf(camera("a", SOURCE)), undefined, folder.seal));
  const text = sealed.sealed ?? "";
  const flipped = text.slice(0, -1) + (text.endsWith("A") ? "Q" : "A");
  const [, keyId] = text.split(":");
  const bad: readonly Stored[] = [
    { ...sealed, sealed: flipped },
    { ...sealed, id: "b" },
    { ...sealed, sealed: text.slice(0, 24) },
    { ...sealed, sealed: `v2:${keyId}:AAAA` },
    { ...sealed, sealed: "" },
  ];
  for (const row of bad) {
    const { body, locked } = openBody(bodyOf(row), folder.seal);
    assert.equal(only(body).source, "rtsp://***@host/stream");
    assert.equal(only(body).sealed, undefined);
    assert.match(
      locked[0]?.why ?? "",
      /^(?:The stored password of camera "Camera a" is damaged; enter it again|The key of the stored camera passwords was replaced; .*)$/,
    );
  }
});

test("without its key an address is locked, keeps its credentials through a change, and opens when the key is back", () => {
  using folder = new Folder();
  const sealed = sealBody(bodyOf(camera("a", SOURCE)), undefined, folder.seal);
  const key = findKey(folder.file);
  assert.ok(key.kind === "found");
  const again = 'restore the file "camera-key" or enter the password of camera "Camera a" again';
  const states: readonly (readonly [() => void, string])[] = [
    [() => rmSync(folder.file), `The key of the stored camera passwords is missing; ${again}`],
    [
      () => writeFileSync(folder.file, "abc"),
      `The key of the stored camera passwords cannot be used: it has 3 bytes, needs 32; ${again}`,
    ],
    [
      () => writeFileSync(folder.file, Buffer.alloc(32)),
      `The key of the stored camera passwords was replaced; ${again}`,
    ],
  ];
  for (const [lose, why] of states) {
    lose();
    const opened = openBody(sealed, folder.seal);
    assert.deepEqual(opened.locked, [{ about: "camera:a", why }]);
    const withOther = { cameras: [...camerasOf(opened.body), camera("b", "rtsp://host/open")] };
    const kept = sealBody(JSON.stringify(withOther), sealed, folder.seal);
    assert.equal(only(kept).sealed, only(sealed).sealed);
    writeFileSync(folder.file, key.key.bytes);
    assert.equal(only(openBody(kept, folder.seal).body).source, SOURCE);
  }
  writeFileSync(folder.file, "abc");
  assert.throws(
    () => sealBody(bodyOf(camera("c", SOURCE)), undefined, folder.seal),
    /^Error: The key file ".*camera-key" has 3 bytes, needs 32; restore it from a backup, or delete it/,
  );
});

test("a board's password is sealed as a camera's is, and what is no web address stays as it is", () => {
  using folder = new Folder();
  const boards = [
    { id: "lamps", driver: "tasmota", address: "http://admin:hunter2@10.0.0.9" },
    { id: "net", driver: "modbus-tcp", address: "192.0.2.7:502" },
    { id: "usb", driver: "dct-hid" },
  ];
  const clear = JSON.stringify({ boards });
  const sealed = sealBody(clear, undefined, folder.seal);
  assert.doesNotMatch(sealed, /hunter2|admin/);
  assert.match(sealed, /http:\/\/\*\*\*@10\.0\.0\.9/);
  assert.match(sealed, /192\.0\.2\.7:502/);
  assert.deepEqual(JSON.parse(openBody(sealed, folder.seal).body), { boards });
  assert.equal(sealBody(clear, sealed, folder.seal), sealed);
  // Moved to a camera of the same name it opens nothing.
  const stolen = JSON.parse(sealed).boards[0].sealed as string;
  const moved = JSON.stringify({ cameras: [{ id: "lamps", source: "rtsp://***@h/s", sealed: stolen }] });
  assert.match(openBody(moved, folder.seal).locked[0]?.why ?? "", /is damaged/);
  rmSync(folder.file);
  assert.deepEqual(openBody(sealed, folder.seal).locked, [
    {
      about: "board:lamps",
      why: 'The key of the stored board passwords is missing; restore the file "camera-key" or enter the password of board "lamps" again',
    },
  ]);
});

test("what is no configuration is left as it is", () => {
  using folder = new Folder();
  for (const body of ["no json", "null", "[]", '{"a":1}', '{"cameras":{}}'])
    assert.equal(sealBody(body, "no json", folder.seal), body);
});
