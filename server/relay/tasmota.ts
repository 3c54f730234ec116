/**
 * Relays with the Tasmota firmware, over HTTP. With PulseTime a channel drops by the device's own timer, which every
 * order to energise starts anew. Over a radio, and without a contact to look at, they carry signals only.
 */
import type { GuardianBoard } from "../domain/relay.ts";
import type { Millis } from "../domain/units.ts";
import type { BoardCalls } from "./calls.ts";
import type { BoardPlace, RelayDriver } from "./driver.ts";
import { getJson, parseWebBoard, pathOf, type WebBoard, webCalls } from "./http_get.ts";

type Answer = Readonly<Record<string, unknown>>;

function record(value: unknown): Answer | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Answer) : undefined;
}

/** All channels in one request, the dropping ones first. */
export function powerCommand(states: readonly boolean[]): string {
  const orders = (which: boolean) =>
    states.flatMap((energised, i) => (energised === which ? [`Power${i + 1} ${which ? 1 : 0}`] : []));
  return `Backlog0 ${[...orders(false), ...orders(true)].join(";")}`;
}

/** The state of each channel; the only one of a device may go without its number. */
export function powerStates(answer: Answer, channels: number): readonly boolean[] | undefined {
  const texts = Array.from(
    { length: channels },
    (_, i) => answer[`POWER${i + 1}`] ?? (channels === 1 ? answer.POWER : undefined),
  );
  const known = texts.every((text) => text === "ON" || text === "OFF");
  return known ? texts.map((text) => text === "ON") : undefined;
}

/** The PulseTime of each channel, from either shape of the answer: an object a channel, or one with lists. */
export function pulseTimes(answer: Answer, channels: number): readonly unknown[] {
  const lists = record(answer.PulseTime)?.Set;
  return Array.from({ length: channels }, (_, i) =>
    Array.isArray(lists) ? lists[i] : record(answer[`PulseTime${i + 1}`])?.Set,
  );
}

class TasmotaBoard implements RelayDriver {
  readonly channels: number;
  readonly renewEveryMs?: Millis;
  readonly #web: WebBoard;
  readonly #calls: BoardCalls;
  readonly #selfTimedMs: Millis | undefined;

  constructor({ channels, selfTimedMs }: GuardianBoard, web: WebBoard, calls: BoardCalls) {
    this.channels = channels;
    if (selfTimedMs !== undefined) this.renewEveryMs = selfTimedMs / 3;
    this.#selfTimedMs = selfTimedMs;
    this.#web = web;
    this.#calls = calls;
  }

  /** The device keeps its PulseTime in flash: it is written only where it is another one. */
  async prepare(): Promise<void> {
    const selfTimedMs = this.#selfTimedMs;
    if (selfTimedMs === undefined) return;
    const tenths = Math.floor(selfTimedMs / 100);
    await this.#calls.make("open", async (signal) => {
      const set = pulseTimes(await this.#ask("PulseTime", signal), this.channels);
      for (const [i, now] of set.entries()) {
        if (now === tenths) continue;
        signal.throwIfAborted();
        const done = pulseTimes(await this.#ask(`PulseTime${i + 1} ${tenths}`, signal), i + 1);
        if (done[i] !== tenths)
          throw new Error(
            `${this.#web.where} does not take PulseTime; update its firmware, or take out selfTimedMs`,
          );
      }
    });
  }

  async write(states: readonly boolean[]): Promise<void> {
    this.#calls.checkLength(states, this.channels);
    await this.#calls.write(states, async (signal) => {
      await this.#ask(powerCommand(states), signal);
    });
  }

  /** By State. A bare Power would stop the timers that it asks about, and the channels would stay energised. */
  async read(): Promise<readonly boolean[]> {
    return await this.#calls.make("read", async (signal) => {
      const states = powerStates(await this.#ask("State", signal), this.channels);
      if (states === undefined)
        throw new Error(
          `${this.#web.where} does not tell ${this.channels} channels; correct channels or the address`,
        );
      return states;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open between calls.
    this.#calls.close();
  }

  async #ask(command: string, signal: AbortSignal): Promise<Answer> {
    const { where, user, password } = this.#web;
    const login = password === "" ? undefined : { user, password };
    const path = pathOf(this.#web, "/cm", { ...login, cmnd: command });
    const { status, body } = await getJson(this.#web, path, signal);
    const answer = record(body);
    if (status === 401 || /user/i.test(String(answer?.WARNING ?? "")))
      throw new Error(`${where} refuses the password; correct it in the address, http://admin:PASSWORD@HOST`);
    if (status !== 200) throw new Error(`${where} answers with HTTP ${status}; switch it off and on`);
    if (answer === undefined || "Command" in answer)
      throw new Error(
        `${where} does not answer as a Tasmota relay; correct the address, or update its firmware`,
      );
    return answer;
  }
}

/** Opens a board. Its address is `http://HOST` or `http://admin:PASSWORD@HOST`. */
export async function openTasmota({ board }: BoardPlace): Promise<RelayDriver> {
  const web = parseWebBoard(board.address ?? "");
  if (web === undefined)
    throw new Error(`Cannot open board "${board.id}": its address is not http://HOST; correct it`);
  const opened = new TasmotaBoard(board, web, webCalls(board.id, web));
  await opened.prepare();
  return opened;
}
