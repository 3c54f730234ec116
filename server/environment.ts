/** What the environment tells the first process. Wrong values are named with their cure. */
import { join, resolve } from "node:path";

/** The folder that holds package.json. */
export const PROJECT_FOLDER = join(import.meta.dirname, "..");

export interface Environment {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly dataFolder: string;
  readonly provisionPath: string | undefined;
}

/** Of the MQTT broker: secrets stand in no configuration. */
export function brokerLogin(env: NodeJS.ProcessEnv = process.env): {
  readonly user?: string;
  readonly password?: string;
} {
  const { PALISADE_MQTT_USER: user, PALISADE_MQTT_PASSWORD: password } = env;
  return { ...(user ? { user } : {}), ...(password ? { password } : {}) };
}

/** @throws Error with a sentence that names the variable and the cure */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const portText = env.PALISADE_PORT || "8080";
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > 65_535)
    throw new Error(`PALISADE_PORT must be a port number 0 to 65535, is "${portText}"`);
  return {
    host: env.PALISADE_HOST || "127.0.0.1",
    port,
    dataFolder: resolve(PROJECT_FOLDER, env.PALISADE_DATA || "data"),
    provisionPath: env.PALISADE_PROVISION ? resolve(env.PALISADE_PROVISION) : undefined,
  };
}
