/** Reading a provisioning file: its text, its JSON and the films it names. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readProvision } from "../../../server/provision.ts";

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "palisade-provision-"));
  write(content: string | Uint8Array, name = "box.json"): string {
    const file = join(this.path, name);
    writeFileSync(file, content);
    return file;
  }
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

async function errorsOf(file: string): Promise<readonly (readonly [string, string])[]> {
  const read = await readProvision(file);
  return read.ok ? [] : read.errors.map(({ path, message }) => [path, message] as const);
}

const camera = (source: string, id = "front"): object => ({ id, name: "Front", source });

test("films are resolved against the file's own folder, and the hash is that of the bytes", async () => {
  using folder = new Folder();
  mkdirSync(join(folder.path, "films"));
  const film = folder.write("film", "films/a b%20c.mp4");
  const text = JSON.stringify({
    cameras: [
      camera("file:films/a b%20c.mp4", "a"),
      camera(`file:${film}`, "b"),
      camera(`file://${film}`, "c"),
      camera("rtsp://host/x", "d"),
    ],
  });
  const read = await readProvision(folder.write(text));
  assert.ok(read.ok, JSON.stringify(read));
  const wanted = `file:${film}`;
  assert.deepEqual(
    read.value.provision.cameras.map((item) => item.source),
    [wanted, wanted, wanted, "rtsp://host/x"],
  );
  assert.equal(read.value.hash, createHash("sha256").update(text).digest("hex"));
});

test("a film that is not there yet is no error of the file: its camera will say so", async () => {
  using folder = new Folder();
  const read = await readProvision(folder.write(JSON.stringify({ cameras: [camera("file:gone.mp4")] })));
  assert.ok(read.ok, JSON.stringify(read));
  assert.equal(read.value.provision.cameras[0]?.source, `file:${join(folder.path, "gone.mp4")}`);
});

test("a file that cannot be read is told with its cure", async () => {
  using folder = new Folder();
  const gone = join(folder.path, "gone.json");
  assert.deepEqual(await errorsOf(gone), [
    ["(file)", `cannot be read: there is no file "${gone}"; check PALISADE_PROVISION`],
  ]);
  assert.deepEqual(await errorsOf(folder.path), [
    ["(file)", `cannot be read: "${folder.path}" is a folder; name the file in it`],
  ]);
  assert.deepEqual(await errorsOf(folder.write(new Uint8Array([0x7b, 0xff, 0x7d]))), [
    ["(file)", "is not UTF-8 text; save it with that encoding"],
  ]);
  assert.deepEqual(await errorsOf(folder.write(" ".repeat(1024 * 1024 + 1))), [
    ["(file)", "has 1048577 bytes, may have 1048576"],
  ]);
});

test("what is not JSON is told as one error, with the parser's own words", async () => {
  using folder = new Folder();
  for (const text of ["", "{", "hello", '{"cameras": [1, 2,]}', "{'a': 1}", "// note\n{}", "{}\n{}"]) {
    const [error, ...more] = await errorsOf(folder.write(text));
    assert.deepEqual(more, []);
    assert.equal(error?.[0], "(file)");
    assert.match(error?.[1] ?? "", /^is not JSON: .{10,}/);
  }
});

test("JSON that is not an object gives one error, and a byte order mark gives none", async () => {
  using folder = new Folder();
  for (const text of ["null", "[]", "7", '"x"', "true"])
    assert.match((await errorsOf(folder.write(text))).join(), /^\(file\),must be of type object, not /);
  assert.deepEqual(await errorsOf(folder.write("\ufeff{}")), []);
});
