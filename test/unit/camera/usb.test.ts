/** The list of plugged-in cameras over a made-up /sys and /dev, with a script in ffmpeg's place. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ownProgram } from "../../../server/base/child.ts";
import { listUsbCameras, readFormats, type UsbCamera, type UsbRoots } from "../../../server/camera/usb.ts";
import { ROOT } from "../../support/runtime.ts";

/** As ffmpeg 5.1 prints them for a camera in MJPEG and YUYV, and a format it cannot read. */
const FORMATS = `\
[video4linux2,v4l2 @ 0x55d0] Compressed:       mjpeg :          Motion-JPEG : 1280x720 640x480
[video4linux2,v4l2 @ 0x55d0] Raw       :     yuyv422 :           YUYV 4:2:2 : 640x480 320x240
[video4linux2,v4l2 @ 0x55d0] Raw       : Unsupported : 10-bit Bayer BGBG/GRGR : 640x480
[video4linux2,v4l2 @ 0x55d0] Raw       :      yuv420 :     Planar YUV 4:2:0 : {32-2592, 2}x{32-1944, 2}
/dev/video0: Immediate exit requested`;

interface Node {
  readonly name?: string;
  readonly index?: number;
  readonly byPath?: readonly string[];
  readonly byId?: string;
  readonly mode?: number;
  /** It is in /sys and not in /dev. */
  readonly gone?: boolean;
  /** What ffmpeg says of it. */
  readonly ffmpeg?: string;
}

async function withTree(
  nodes: Readonly<Record<string, Node>>,
  act: (roots: UsbRoots) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "palisade-usb-"));
  const roots = { sys: join(folder, "sys"), dev: join(folder, "dev") };
  const before = process.env.FFMPEG_PATH;
  try {
    await chmod(folder, 0o755);
    await mkdir(join(roots.dev, "v4l/by-path"), { recursive: true });
    await mkdir(join(roots.dev, "v4l/by-id"));
    const says: string[] = [];
    for (const [node, { name, index, byPath, byId, mode, gone, ffmpeg }] of Object.entries(nodes)) {
      await mkdir(join(roots.sys, node), { recursive: true });
      if (name !== undefined) await writeFile(join(roots.sys, node, "name"), `${name}\n`);
      if (index !== undefined) await writeFile(join(roots.sys, node, "index"), `${index}\n`);
      if (!gone) await writeFile(join(roots.dev, node), "", { mode: mode ?? 0o666 });
      for (const link of byPath ?? []) await symlink(`../../${node}`, join(roots.dev, "v4l/by-path", link));
      if (byId !== undefined) await symlink(`../../${node}`, join(roots.dev, "v4l/by-id", byId));
      if (ffmpeg !== undefined) says.push(`*/${node}) cat >&2 <<'END'\n${ffmpeg}\nEND\n;;`);
    }
    const program = join(folder, "ffmpeg");
    const script = `#!/bin/sh\nfor last; do :; done\ncase "$last" in\n${says.join("\n")}\nesac\nexit 1\n`;
    await writeFile(program, script, { mode: 0o755 });
    process.env.FFMPEG_PATH = program;
    await act(roots);
  } finally {
    if (before === undefined) delete process.env.FFMPEG_PATH;
    else process.env.FFMPEG_PATH = before;
    await rm(folder, { recursive: true });
  }
}

test("formats and sizes are read from what ffmpeg prints", () => {
  assert.deepEqual(readFormats(FORMATS), [
    {
      format: "mjpeg",
      compressed: true,
      sizes: [
        { width: 1280, height: 720 },
        { width: 640, height: 480 },
      ],
    },
    {
      format: "yuyv422",
      compressed: false,
      sizes: [
        { width: 640, height: 480 },
        { width: 320, height: 240 },
      ],
    },
    { format: "yuv420", compressed: false, sizes: [] },
  ]);
  assert.deepEqual(readFormats("/dev/video0: Device or resource busy"), []);
});

test("a camera is named by its socket, else by its serial number, else by its number; metadata is no camera", async () => {
  const nodes = {
    video10: { name: "Loose", index: 0 },
    video0: {
      name: "HD Webcam",
      index: 0,
      byPath: ["pci-0000:00:14.0-usbv2-0:2:1.0-video-index0", "pci-0000:00:14.0-usb-0:2:1.0-video-index0"],
      byId: "usb-HD_Webcam_1234-video-index0",
      ffmpeg: FORMATS,
    },
    video1: {
      name: "HD Webcam",
      index: 1,
      byPath: ["pci-0000:00:14.0-usb-0:2:1.0-video-index1"],
      ffmpeg: "/dev/video1: Inappropriate ioctl for device",
    },
    video2: { name: "Two eyes", index: 0, byId: "usb-Two_eyes_1-video-index0", ffmpeg: FORMATS },
    video3: { name: "Two eyes", index: 2, ffmpeg: FORMATS },
    video4: {
      name: "codec-decode",
      index: 0,
      ffmpeg: "[video4linux2,v4l2 @ 0x1] Not a video capture device.",
    },
  } as const;
  await withTree(nodes, async (roots) => {
    const cameras = await listUsbCameras({ roots });
    assert.deepEqual(
      cameras.map(({ source, stable, device, name }) => [
        source.slice(roots.dev.length),
        stable,
        device.slice(roots.dev.length),
        name,
      ]),
      [
        ["/v4l/by-path/pci-0000:00:14.0-usb-0:2:1.0-video-index0", true, "/video0", "HD Webcam"],
        ["/v4l/by-id/usb-Two_eyes_1-video-index0", true, "/video2", "Two eyes"],
        ["/video3", false, "/video3", "Two eyes"],
        ["/video10", false, "/video10", "Loose"],
      ],
    );
    assert.deepEqual(
      cameras.map(({ formats, problem }) => [formats.length, problem]),
      [
        [3, undefined],
        [3, undefined],
        [3, undefined],
        [0, undefined],
      ],
    );
  });
});

test("a box without cameras has none", async () => {
  assert.deepEqual(await listUsbCameras({ roots: { sys: "/nowhere", dev: "/nowhere" } }), []);
});

test("a camera that cannot be read is told with the cure", async () => {
  const nodes = { video0: { index: 0, mode: 0o000 }, video2: { index: 0, gone: true } } as const;
  await withTree(nodes, async (roots) => {
    const found = process.getuid?.() === 0 ? listAsNobody(roots) : await listUsbCameras({ roots });
    assert.deepEqual(
      found.map(({ name, problem }) => [name, problem?.replace(/ \S+dev\//, " /dev/")]),
      [
        [
          "video0",
          "Cannot read /dev/video0: permission denied; add the user to group video and start Palisade again",
        ],
        ["video2", "Cannot read /dev/video2: the device is not there; pull its plug and put it in again"],
      ],
    );
  });
});

/** Root may read everything, so somebody else has to look. */
function listAsNobody(roots: UsbRoots): readonly UsbCamera[] {
  const { command, args } = ownProgram(`${ROOT}test/support/look-as-nobody.ts`, [JSON.stringify(roots)]);
  return JSON.parse(execFileSync(command, args, { encoding: "utf8" })) as readonly UsbCamera[];
}
