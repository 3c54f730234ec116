/** Every text of the network's page. Loaded with it only. */
import { t } from "../say.ts";

export const NETWORK = {
  waiting: t("Asking the box"),
  settings: t("Settings"),
  panels: t("Panels on the network"),
  off: t("They cannot connect: this is switched off."),
  on: t("They may connect."),
  closed: (why: string) => t("They cannot connect: {why}.", { why }),
  open: t("Open this address on the tablet"),
  host: t("Name of this box"),
  addresses: t("Its addresses"),
  noAddress: t("none: it is connected to no network"),
  port: t("Port"),
  connections: t("Open connections"),
  people: t("Signed in there now"),
  nobody: t("Nobody is signed in over the network."),
  until: (address: string, since: string, until: string) =>
    t("at {address}, since {since}, until {until}", { address, since, until }),
  seen: (time: string) => t("heard from at {time}", { time }),
  signOut: t("Sign out"),
  /** As it is heard by who does not see which line it stands in. */
  signOutThis: (name: string, address: string) => t("Sign out {name} at {address}", { name, address }),
  signedOut: (name: string) => t("{name} is signed out", { name }),
  signOutAll: t("Sign out all"),
  allSignedOut: t("Nobody is signed in over the network any more"),
} as const;

export const CERTIFICATE = {
  title: t("Certificate"),
  none: t("It is made when panels on the network may connect."),
  kinds: { own: t("made by this box"), installed: t("put in by a person") },
  kind: t("Which"),
  names: t("For"),
  until: t("Ends on"),
  fingerprint: t("SHA-256 fingerprint"),
  compare: t(
    "The tablet does not know this certificate and warns of it once. Let it show the certificate, and go on only where its fingerprint is this one.",
  ),
  code: t("Address and fingerprint, to be scanned"),
  install: t("Install another one"),
  own: t("Back to the box’s own"),
  askOwn: t("Use the box’s own certificate again?"),
  ownHow: t("The files that were put in are deleted. Every tablet warns once of the other certificate."),
  ownYes: t("Use its own"),
  ownDone: t("The box’s own certificate is in use"),
} as const;

export const INSTALL = {
  title: t("Install a certificate"),
  how: t(
    "Two files in PEM: the certificate, followed by its chain, and its private key without a passphrase. The key stays on this box.",
  ),
  choose: t("Choose files"),
  nothing: t("Nothing is chosen yet."),
  tooLarge: (name: string) => t("{name} is too large to be a certificate or a key.", { name }),
  noCertificate: t("No certificate is among them."),
  noKey: t("No private key is among them."),
  ready: (names: string) => t("Chosen: {names}", { names }),
  send: t("Install"),
  done: t("The certificate is in use"),
} as const;
