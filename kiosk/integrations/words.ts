/** Every text of the page of integrations. Loaded with it only. */
import { t } from "../say.ts";

export const INTEGRATIONS = {
  waiting: t("Asking the box"),
  settings: t("Settings"),
  address: t("Address"),
  transport: t("Transport"),
  topic: t("Topic"),
  notSet: t("not set"),
  notSetHow: t("Nothing is sent there: no address is set."),
  sent: t("Last sent"),
  never: t("not since this record began"),
  failed: t("Last error"),
  none: t("none since then"),
  failedAt: (when: string, why: string) => t("{when}: {why}", { when, why }),
  test: t("Test"),
  testThis: (name: string) => t("Test {name}", { name }),
  testing: t("Testing"),
  taken: (name: string) => t("{name} has taken it", { name }),
  syslog: t("Syslog"),
  syslogWhat: t(
    "The newest row’s hash goes there every hour, so that a record that was changed is found out.",
  ),
  mqtt: "MQTT",
  mqttWhat: t("The newest row’s hash stands there, and is compared before a newer one is put over it."),
  mqttLogin: t("User and password are set outside, by PALISADE_MQTT_USER and PALISADE_MQTT_PASSWORD."),
  prometheus: t("Prometheus"),
  prometheusWhat: t(
    "A server or an agent on this box asks for the figures. Over the network they need a person who has signed in.",
  ),
  path: t("Asked for at"),
  asked: t("Last asked"),
  nobody: t("nobody has asked since the start"),
  askedBy: (when: string, from: string) => t("{when}, from {from}", { when, from }),
} as const;
