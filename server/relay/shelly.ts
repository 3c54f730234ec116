/**
 * Shelly relays of the second generation and later, over HTTP. Energised with `toggle_after`, a channel drops by the
 * device's own timer. Over a radio, and without a contact to look at, they carry signals only.
 */
import type { GuardianBoard } from "../domain/relay.ts";
import type { Millis } from "../domain/units.ts";
import type { BoardCalls } from "./calls.ts";
import type { BoardPlace, RelayDriver } from "./driver.ts";
import { getJson, parseWebBoard, pathOf, type WebBoard, webCalls } from "./http_get.ts";

type Answer = Readonly<Record<string, unknown>>;

class ShellyBoard implements RelayDriver {
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

  /** A request for each channel, together, because the time is a radio's; those that drop go before the others. */
  async write(states: readonly boolean[]): Promise<void> {
    this.#calls.checkLength(states, this.channels);
    await this.#calls.write(states, async (signal) => {
      for (const wanted of [false, true]) {
        signal.throwIfAborted();
        await Promise.all(
          states.flatMap((energised, i) => (energised === wanted ? [this.#set(i, energised, signal)] : [])),
        );
      }
    });
  }

  /** All channels from the device's whole state: one request, and one more with a password. */
  async read(): Promise<readonly boolean[]> {
    return await this.#calls.make("read", async (signal) => {
      const status = await this.#ask("Shelly.GetStatus", {}, signal);
      return Array.from({ length: this.channels }, (_, i) => this.#output(status, i));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open between calls.
    this.#calls.close();
  }

  async #set(index: number, energised: boolean, signal: AbortSignal): Promise<void> {
    const timed = energised && this.#selfTimedMs !== undefined;
    const order = { id: String(index), on: String(energised) };
    const timer = timed ? { toggle_after: String(this.#selfTimedMs / 1000) } : {};
    const { was_on } = await this.#ask("Switch.Set", { ...order, ...timer }, signal);
    if (typeof was_on !== "boolean") throw new Error(this.#notShelly());
  }

  #output(status: Answer, index: number): boolean {
    const channel = status[`switch:${index}`] as Answer | undefined;
    if (channel === undefined) throw new Error(this.#noChannel());
    if (typeof channel?.output !== "boolean") throw new Error(this.#notShelly());
    return channel.output;
  }

  async #ask(method: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    const { where } = this.#web;
    const { status, body } = await getJson(this.#web, pathOf(this.#web, `/rpc/${method}`, query), signal);
    if (status === 401)
      throw new Error(`${where} refuses the password; correct it in the address, http://admin:PASSWORD@HOST`);
    if (status === 404) throw new Error(this.#noChannel());
    if (status !== 200) throw new Error(`${where} answers with HTTP ${status}; switch it off and on`);
    if (typeof body !== "object" || body === null) throw new Error(this.#notShelly());
    return body as Answer;
  }

  #noChannel(): string {
    return `${this.#web.where} does not have ${this.channels} channels; correct channels, or the address`;
  }

  #notShelly(): string {
    return `${this.#web.where} does not answer as a Shelly of the second generation; correct the address`;
  }
}

/** Opens a board. Its address is `http://HOST` or `http://admin:PASSWORD@HOST`. */
export async function openShelly({ board }: BoardPlace): Promise<RelayDriver> {
  const web = parseWebBoard(board.address ?? "");
  if (web === undefined)
    throw new Error(`Cannot open board "${board.id}": its address is not http://HOST; correct it`);
  return new ShellyBoard(board, web, webCalls(board.id, web));
}
