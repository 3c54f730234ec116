import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { credentialsOf, Login, parseChallenges } from "../../../server/camera/http_login.ts";

const MUFASA = { user: "Mufasa", password: "Circle of Life" };

function fieldsOf(header: string | undefined): Readonly<Record<string, string>> {
  const [challenge] = parseChallenges(header ?? "");
  return Object.fromEntries(challenge?.params ?? []);
}

function expected(hash: string, parts: readonly (readonly string[] | string)[]): string {
  const flat = parts.map((each) => (typeof each === "string" ? each : expected(hash, each)));
  return createHash(hash).update(flat.join(":")).digest("hex");
}

test("the digest without qop is the one of RFC 2069's own example", () => {
  const login = new Login({ user: "Mufasa", password: "CircleOfLife" });
  login.learn('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"');
  const fields = fieldsOf(login.authorization("GET", "/dir/index.html"));
  // As corrected by erratum 749 of the RFC.
  assert.equal(fields.response, "1949323746fe6a43ef61f9606e7febea");
  assert.equal(fields.opaque, "5ccc");
  assert.equal(fields.nc, undefined);
});

test("of the two digests of RFC 7616's example the SHA-256 one is answered, and counted up", () => {
  const params = 'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPE"';
  const login = new Login(MUFASA);
  assert.equal(
    login.learn(`Basic realm="x", Digest ${params}, algorithm=MD5, Digest ${params}, algorithm=SHA-256`),
    "learnt",
  );
  for (const nc of ["00000001", "00000002"]) {
    const fields = fieldsOf(login.authorization("GET", "/dir/index.html"));
    const { cnonce = "", response } = fields;
    assert.equal(fields.nc, nc);
    assert.equal(fields.algorithm, "SHA-256");
    assert.ok(cnonce.length >= 16);
    assert.equal(
      response,
      expected("sha256", [
        ["Mufasa", "http-auth@example.org", "Circle of Life"],
        ...["7ypf/xlj9XXwfDPE", nc, cnonce, "auth"],
        ["GET", "/dir/index.html"],
      ]),
    );
  }
});

test("a session's key holds the nonces", () => {
  const login = new Login(MUFASA);
  login.learn('Digest realm="r", nonce="n", qop=auth, algorithm=MD5-sess');
  const { cnonce = "", nc = "", response } = fieldsOf(login.authorization("GET", "/"));
  const session = [["Mufasa", "r", "Circle of Life"], "n", cnonce];
  assert.equal(
    response,
    expected("md5", [expected("md5", session), "n", nc, cnonce, "auth", expected("md5", ["GET", "/"])]),
  );
});

test("basic is answered only where nothing better is offered, and nothing before being asked", () => {
  const login = new Login({ user: "admin", password: "pä:ss" });
  assert.equal(login.authorization("GET", "/"), undefined);
  assert.equal(login.learn('Basic realm="Digest, of \\"all\\" cameras"'), "learnt");
  const given = login.authorization("GET", "/")?.replace("Basic ", "") ?? "";
  assert.equal(Buffer.from(given, "base64").toString(), "admin:pä:ss");
});

test("old nonces are told from wrong passwords; what is not known is not answered", () => {
  const login = new Login(MUFASA);
  assert.equal(login.learn('Digest realm="r", nonce="2", qop="auth", stale=TRUE'), "stale");
  assert.equal(login.learn('Digest realm="r", nonce="3", qop="auth", stale=false'), "learnt");
  for (const header of ["Negotiate", 'Digest realm="r", nonce="1", algorithm=SHA-512-256', "", "=,=", '"']) {
    assert.equal(login.learn(header), "unknown", header);
    assert.equal(login.authorization("GET", "/"), undefined);
  }
  assert.equal(login.learn('Digest realm="r", nonce="1", qop="auth-int"'), "unknown");
});

test("quotes in names do not break out of the header", () => {
  const login = new Login({ user: 'a"b\\c', password: "x" });
  login.learn('Digest realm="say \\"hi\\"", nonce="n", qop="auth"');
  const fields = fieldsOf(login.authorization("GET", "/"));
  assert.equal(fields.username, 'a"b\\c');
  assert.equal(fields.realm, 'say "hi"');
});

test("an address's user and password are decoded, also where a percent sign stands for itself", () => {
  assert.deepEqual(credentialsOf(new URL("http://a%40b:c%2Fd@h/")), { user: "a@b", password: "c/d" });
  assert.deepEqual(credentialsOf(new URL("http://a:100%25%zz@h/")), { user: "a", password: "100%25%zz" });
  assert.equal(credentialsOf(new URL("http://h/")), undefined);
});
