/** The names of the ways to the network and to what is told to others. */
import { t } from "../say.ts";

export const NETWORK_WAY = {
  title: t("Network"),
  what: t(
    "Tablets and other panels on the network: whether they may connect, by which certificate, and who is.",
  ),
  open: t("Open network"),
} as const;

export const INTEGRATIONS_WAY = {
  title: t("Integrations"),
  what: t("What the box tells to others by syslog, MQTT and Prometheus, and whether they took it."),
  open: t("Open integrations"),
} as const;
