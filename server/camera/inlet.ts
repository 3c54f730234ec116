/** What ffmpeg reads on its stdin: where an RTSP camera is, or the pictures of an HTTP camera, or nothing. */
import type { Writable } from "node:stream";
import type { CameraOrder } from "../domain/eye.ts";
import type { Millis } from "../domain/units.ts";
import { sourceKind, sourceScript } from "./args.ts";
import type { FfmpegDialect } from "./dialect.ts";
import { Feeder, type HttpTimes } from "./feed.ts";
import type { Ending } from "./ffmpeg.ts";
import { readHttp } from "./http.ts";

export interface InletOptions {
  readonly order: CameraOrder;
  readonly dialect: FfmpegDialect;
  readonly stdin: Writable;
  /** ffmpeg made no frame of a picture. */
  readonly onUndecoded: () => void;
  /** What an HTTP camera sent is no picture. */
  readonly onUnreadable: (why: string) => void;
  /** An HTTP camera has ended, or was never there. */
  readonly onEnding: (ending: Ending) => void;
}

export class Inlet implements AsyncDisposable {
  readonly #closing = new AbortController();
  /** Of an HTTP camera only. */
  readonly #feeder: Feeder | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor({ order, dialect, stdin, onUndecoded, onUnreadable, onEnding }: InletOptions) {
    if (sourceKind(order.source) !== "http") {
      stdin.on("error", () => undefined); // ffmpeg's end, which its exit tells
      stdin.end(sourceScript(order, dialect) ?? "");
      return;
    }
    const feeder = new Feeder(stdin, onUndecoded);
    this.#feeder = feeder;
    const onPicture = feeder.put.bind(feeder);
    this.#reading = readHttp({ order, signal: this.#closing.signal, onPicture, onUnreadable }).then(onEnding);
  }

  /** ffmpeg has passed the frame with this time. */
  passed(pts: Millis): void {
    this.#feeder?.passed(pts);
  }

  /** Of the frame with this time; undefined where ffmpeg itself read it. */
  timesOf(pts: Millis): HttpTimes | undefined {
    return this.#feeder?.timesOf(pts);
  }

  /** Resolves when the camera's connection is gone: many cameras allow only two to four of them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#feeder?.[Symbol.dispose]();
    await this.#reading;
  }
}
