/** The login of mjpeg_cam.mjs: basic and digest (MD5 or SHA-256, RFC 7616), checked as a strict camera does. */
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Login {
  constructor({ user, pass, auth, nonce_uses }) {
    Object.assign(this, { user, pass, auth, uses: Number(nonce_uses ?? Number.POSITIVE_INFINITY) });
    this.renew();
  }

  renew() {
    this.nonce = randomBytes(8).toString("hex");
    this.count = 0;
  }

  /** Undefined where the request may pass, else the challenge to answer with. */
  challenge(request) {
    const given = request.headers.authorization ?? "";
    if (this.auth === "basic") {
      const right = given === `Basic ${Buffer.from(`${this.user}:${this.pass}`).toString("base64")}`;
      return right ? undefined : 'Basic realm="cam"';
    }
    const algorithm = this.auth === "sha256" ? "SHA-256" : "MD5";
    const fields = [...given.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^, ]+))/g)];
    const p = Object.fromEntries(fields.map((m) => [m[1], m[2]?.replace(/\\(.)/g, "$1") ?? m[3]]));
    const hash = (text) => createHash(algorithm.replace("-", "")).update(text).digest("hex");
    const who = hash(`${this.user}:cam:${this.pass}`);
    const what = hash(`${request.method}:${request.url}`);
    const middle = p.qop ? `${this.nonce}:${p.nc}:${p.cnonce}:${p.qop}` : this.nonce;
    const known = /^Digest/i.test(given) && p.nonce === this.nonce;
    const right = known && p.username === this.user && p.response === hash(`${who}:${middle}:${what}`);
    // A count that does not rise is a replay.
    const fresh = !p.qop || Number.parseInt(p.nc, 16) > this.count;
    if (right && fresh && this.count < this.uses) {
      this.count = p.qop ? Number.parseInt(p.nc, 16) : this.count + 1;
      return undefined;
    }
    const stale = right ? ", stale=true" : "";
    this.renew();
    return `Digest realm="cam", nonce="${this.nonce}", qop="auth", algorithm=${algorithm}${stale}`;
  }
}

/** Key and certificate of a camera's own making. */
export function selfSigned() {
  const folder = mkdtempSync(join(tmpdir(), "palisade-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const into = ["-keyout", key, "-out", cert, "-subj", "/CN=camera", "-days", "2"];
  try {
    const { status, stderr } = spawnSync("openssl", [...made, ...into], { encoding: "utf8" });
    if (status !== 0) throw new Error(`Cannot make a certificate: openssl said ${stderr}`);
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
