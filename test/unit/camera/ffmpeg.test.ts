import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { classifyEnding, findFfmpeg } from "../../../server/camera/ffmpeg.ts";

const RTSP = "rtsp://admin:swordfish@192.0.2.1/stream";

interface Row {
  readonly name: string;
  readonly source?: string;
  readonly code?: number | null;
  readonly signal?: string;
  readonly stderr?: readonly string[];
  readonly ran?: boolean;
  readonly why: string;
  readonly message: RegExp;
}

/** Lines as ffmpeg 5.1 prints them. */
const rows: readonly Row[] = [
  {
    name: "401",
    stderr: [
      "[rtsp @ 0x55d0] method DESCRIBE failed: 401 Unauthorized",
      `${RTSP}: Server returned 401 Unauthorized (authorization failed)`,
    ],
    why: "refused",
    message: /^Cannot open camera "press": server answered 401 to DESCRIBE; check the user and the password$/,
  },
  {
    name: "403",
    stderr: [`${RTSP}: Server returned 403 Forbidden (access denied)`],
    why: "refused",
    message: /server answered 403; give this user the right to view$/,
  },
  {
    name: "404",
    stderr: ["[rtsp @ 0x1] method DESCRIBE failed: 404 Not Found", `${RTSP}: Server returned 404 Not Found`],
    why: "refused",
    message: /server answered 404 to DESCRIBE; check the path of the address$/,
  },
  {
    name: "a way of sending that it does not know",
    stderr: ["[rtsp @ 0x1] method SETUP failed: 461 Unsupported transport"],
    why: "refused",
    message: /it does not send in this way; choose the other of TCP and UDP$/,
  },
  {
    name: "no free session",
    stderr: ["[rtsp @ 0x1] method PLAY failed: 453 Not Enough Bandwidth"],
    why: "lost",
    message: /it has no session free; end another viewer of it$/,
  },
  {
    name: "its stdin, which is how it knows the source",
    stderr: ["pipe:0: Odd failure"],
    why: "lost",
    message: /^Cannot open camera "press": rtsp:\/\/\*\*\*@192\.0\.2\.1\/stream: Odd failure$/,
  },
  {
    name: "a password with a percent sign of its own",
    source: "rtsp://admin:sword%fish$&@192.0.2.1/a",
    stderr: ["tried sword%fish$& in vain: Odd failure"],
    why: "lost",
    message: /tried \*\*\* in vain: Odd failure$/,
  },
  {
    name: "connection refused",
    stderr: ["[tcp @ 0x1] Connection to tcp://192.0.2.1:554?timeout=5000000 failed: Connection refused"],
    why: "lost",
    message: /the connection was refused; check the camera and its port$/,
  },
  { name: "no route", stderr: [`${RTSP}: No route to host`], why: "lost", message: /no route to it/ },
  { name: "no answer", stderr: [`${RTSP}: Connection timed out`], why: "lost", message: /does not answer/ },
  {
    name: "unknown name",
    stderr: ["[tcp @ 0x1] Failed to resolve hostname press.example: Name or service not known"],
    why: "lost",
    message: /its name cannot be resolved/,
  },
  {
    name: "silence at the opening, which ffmpeg calls invalid data",
    stderr: [`${RTSP}: Invalid data found when processing input`],
    why: "lost",
    message: /^Cannot open camera "press": no video came; check its power, network and address$/,
  },
  {
    name: "unknown option",
    stderr: ["Unrecognized option 'fps_mode'.", "Error splitting the argument list: Option not found"],
    why: "unsupported",
    message: /this ffmpeg cannot read it; install ffmpeg 5\.1 or later/,
  },
  {
    name: "unknown protocol",
    stderr: ["rtsps://192.0.2.1/a: Protocol not found"],
    why: "unsupported",
    message: /this ffmpeg cannot read it/,
  },
  {
    name: "no decoder",
    stderr: ["Decoder (codec none) not found for input stream #0:0"],
    why: "unsupported",
    message: /this ffmpeg cannot read it/,
  },
  {
    name: "sound only",
    stderr: ["Stream specifier ':v:0' in filtergraph description matches no streams."],
    why: "unsupported",
    message: /holds no video/,
  },
  {
    name: "missing file",
    source: "file:/clips/press.mp4",
    stderr: ["file:/clips/press.mp4: No such file or directory"],
    why: "refused",
    message: /^Cannot open camera "press": the file is missing; check its path \(\/clips\/press\.mp4\)$/,
  },
  {
    name: "file that is no video",
    source: "file:/clips/notes.txt",
    stderr: ["file:/clips/notes.txt: Invalid data found when processing input"],
    why: "unsupported",
    message: /it is no video file/,
  },
  {
    name: "unplugged device",
    source: "/dev/video0",
    stderr: ["[video4linux2,v4l2 @ 0x1] Cannot open video device /dev/video0: No such file or directory"],
    why: "lost",
    message: /the device is not there; check its plug$/,
  },
  {
    name: "something new",
    stderr: [`${RTSP}: Odd failure.`],
    why: "lost",
    message: /^Cannot open camera "press": rtsp:\/\/\*\*\*@192\.0\.2\.1\/stream: Odd failure$/,
  },
  { name: "code 0 while starting", code: 0, why: "lost", message: /the connection was closed$/ },
  {
    name: "code 0 while running",
    code: 0,
    ran: true,
    why: "lost",
    message: /^Camera "press" was lost: the connection was closed$/,
  },
  {
    name: "stray words on stderr of a running stream",
    ran: true,
    stderr: ["[h264 @ 0x1] 404 Not Found", "[h264 @ 0x2] error while decoding MB 3 4"],
    why: "lost",
    message: /^Camera "press" was lost: error while decoding MB 3 4$/,
  },
  { name: "killed", code: null, signal: "SIGKILL", why: "lost", message: /ffmpeg was ended by SIGKILL$/ },
];

for (const row of rows) {
  test(`an ending by ${row.name} is ${row.why}`, () => {
    const ending = classifyEnding(
      { id: "press", source: row.source ?? RTSP, fps: 10, transport: "tcp" },
      {
        code: row.code === undefined ? 1 : row.code,
        signal: row.signal ?? null,
        stderr: row.stderr ?? [],
        ran: row.ran ?? false,
      },
    );
    assert.equal(ending.why, row.why);
    assert.match(ending.message, row.message);
    assert.ok(!ending.message.includes("swordfish"));
  });
}

test("a password never shows, whatever ffmpeg prints", () => {
  const source = "rtsp://admin:sw%40rd%2Ffish@192.0.2.1/stream?password=hunter22";
  const stderr = [`[x @ 0x1] tried admin:sw@rd/fish and sw%40rd%2Ffish at ${source}: odd failure`];
  const order = { id: "press", source, fps: 10, transport: "tcp" } as const;
  const { message } = classifyEnding(order, { code: 1, signal: null, stderr, ran: false });
  assert.doesNotMatch(message, /rd%2Ffish|rd\/fish|hunter22/);
  assert.match(message, /odd failure$/);
});

test("ffmpeg is found where FFMPEG_PATH says, then on the path, and else its cure is told", () => {
  const folder = mkdtempSync(join(tmpdir(), "palisade-"));
  try {
    const program = join(folder, "ffmpeg");
    writeFileSync(program, "#!/bin/sh\n");
    chmodSync(program, 0o755);
    assert.deepEqual(findFfmpeg({ FFMPEG_PATH: program, PATH: "" }), { ok: true, path: program });
    const onPath = findFfmpeg({ PATH: folder });
    assert.ok(onPath.ok && (onPath.path === program || onPath.path.includes("ffmpeg-static")));
    const wrong = findFfmpeg({ FFMPEG_PATH: join(folder, "none"), PATH: folder });
    assert.ok(!wrong.ok);
    assert.match(
      wrong.why,
      /^Cannot run ffmpeg: FFMPEG_PATH names ".*none", which is no program; correct or unset it$/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
