/** The newest row as the MQTT broker of the settings retains it, asked from a shell. Nothing is changed there. */
import { brokerLogin } from "../environment.ts";
import { MqttAnchor } from "../integrate/mqtt_anchor.ts";
import type { ToldAnchor } from "../store/anchor.ts";
import { TrailFiles } from "../store/trail.ts";

const READ_MS = 5_000;

export interface BrokerAnswer {
  readonly kept: readonly ToldAnchor[];
  /** What became of the question; undefined where the settings name no broker. */
  readonly said?: string;
}

/** A broker that does not answer says nothing about the trail. */
export async function askBroker(folder: string): Promise<BrokerAnswer> {
  let where = "of the settings";
  try {
    const mqtt = brokerOf(folder);
    if (mqtt === undefined) return { kept: [] };
    await using broker = new MqttAnchor({ ...mqtt, login: brokerLogin(), onlyAsks: true });
    where = broker.where;
    const head = await broker.read(READ_MS);
    if (head === undefined) return { kept: [], said: `The broker ${where} keeps no row yet` };
    const { seq, hash, wallAt } = head;
    const kept = [{ seq, value: hash, from: `mqtt ${where}`, wallAt }];
    return { kept, said: `The broker ${where} keeps row ${seq} of ${wallAt}: the trail was held against it` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      kept: [],
      said: `The broker ${where} could not be asked: ${why}; check it, PALISADE_MQTT_USER and PALISADE_MQTT_PASSWORD, and run this again`,
    };
  }
}

function brokerOf(folder: string) {
  using trail = new TrailFiles(folder);
  return trail.broker();
}
