/** The page of integrations: what is told to others, whether they took it, and a trial of each. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Sending } from "../../server/domain/sending.ts";
import type { View } from "../../server/domain/view.ts";
import { report } from "../actions.ts";
import { INTEGRATIONS_WAY } from "../network/ways.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { may } from "../people/may.ts";
import { openGroup } from "../settings/place.ts";
import { TOLD_TO_OTHERS } from "../settings/words.ts";
import { room, tell } from "../state.ts";
import { clockDate, clockTime } from "../text.ts";
import { COMMANDS } from "../words.ts";
import { type IntegrationsAnswer, readIntegrations, type SentTo, tryOut } from "./calls.ts";
import { INTEGRATIONS } from "./words.ts";
import "../style/setup.css";
import "../style/outputs.css";
import "../style/network.css";

export function Integrations(props: { readonly view: View }) {
  const answer = useSignal<IntegrationsAnswer | undefined>(undefined);
  const problems = useSignal<readonly string[]>([]);
  const read = async (): Promise<void> => {
    const outcome = await readIntegrations();
    if (outcome.kind === "ok") answer.value = outcome.value;
    problems.value = outcome.kind === "failed" ? outcome.reasons : [];
  };
  useEffect(() => void read(), []);
  const now = answer.value;
  return (
    <div class="setup">
      <Head
        title={INTEGRATIONS_WAY.title}
        onBack={() => {
          room.value = "workshop";
        }}
      >
        <button type="button" onClick={() => openGroup(TOLD_TO_OTHERS)}>
          {INTEGRATIONS.settings}
        </button>
      </Head>
      {now === undefined ? (
        <Asked waiting={INTEGRATIONS.waiting} problems={problems.value} onAgain={() => void read()} />
      ) : (
        <div class="integrations scrolls">
          <Syslog answer={now} timezone={props.view.site.timezone} />
          <Mqtt answer={now} timezone={props.view.site.timezone} />
          <Prometheus answer={now} timezone={props.view.site.timezone} />
        </div>
      )}
    </div>
  );
}

interface CardProps {
  readonly answer: IntegrationsAnswer;
  readonly timezone: string;
}

function when(instant: string, timezone: string): string {
  const at = Date.parse(instant);
  return `${clockDate(at, timezone)}, ${clockTime(at, timezone)}`;
}

function Fact(props: { readonly name: string; readonly text: string; readonly bad?: boolean }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd class={props.bad === true ? "bad" : ""}>{props.text}</dd>
    </div>
  );
}

function Sent(props: { readonly sending: Sending; readonly timezone: string }) {
  const { sentAt, failedAt, why = "" } = props.sending;
  const { timezone } = props;
  return (
    <>
      <Fact
        name={INTEGRATIONS.sent}
        text={sentAt === undefined ? INTEGRATIONS.never : when(sentAt, timezone)}
      />
      <Fact
        name={INTEGRATIONS.failed}
        bad={failedAt !== undefined}
        text={
          failedAt === undefined ? INTEGRATIONS.none : INTEGRATIONS.failedAt(when(failedAt, timezone), why)
        }
      />
    </>
  );
}

function Syslog({ answer: { syslog }, timezone }: CardProps) {
  return (
    <section class="card" aria-label={INTEGRATIONS.syslog}>
      <h3>{INTEGRATIONS.syslog}</h3>
      <p>{INTEGRATIONS.syslogWhat}</p>
      {syslog.address === undefined ? (
        <p class="muted">{INTEGRATIONS.notSetHow}</p>
      ) : (
        <>
          <dl class="particulars">
            <Fact name={INTEGRATIONS.address} text={syslog.address} />
            <Fact name={INTEGRATIONS.transport} text={(syslog.transport ?? "udp").toUpperCase()} />
            <Sent sending={syslog} timezone={timezone} />
          </dl>
          <Test to="syslog" name={INTEGRATIONS.syslog} />
        </>
      )}
    </section>
  );
}

function Mqtt({ answer: { mqtt }, timezone }: CardProps) {
  return (
    <section class="card" aria-label={INTEGRATIONS.mqtt}>
      <h3>{INTEGRATIONS.mqtt}</h3>
      <p>{INTEGRATIONS.mqttWhat}</p>
      {mqtt.address === undefined ? (
        <p class="muted">{INTEGRATIONS.notSetHow}</p>
      ) : (
        <>
          <dl class="particulars">
            <Fact name={INTEGRATIONS.address} text={mqtt.address} />
            <Fact name={INTEGRATIONS.topic} text={mqtt.topic ?? INTEGRATIONS.notSet} />
            <Sent sending={mqtt} timezone={timezone} />
          </dl>
          <p>{INTEGRATIONS.mqttLogin}</p>
          <Test to="mqtt" name={INTEGRATIONS.mqtt} />
        </>
      )}
    </section>
  );
}

function Prometheus({ answer: { prometheus }, timezone }: CardProps) {
  const { path, askedAt, from = "" } = prometheus;
  return (
    <section class="card" aria-label={INTEGRATIONS.prometheus}>
      <h3>{INTEGRATIONS.prometheus}</h3>
      <p>{INTEGRATIONS.prometheusWhat}</p>
      <dl class="particulars">
        <Fact name={INTEGRATIONS.path} text={path} />
        <Fact
          name={INTEGRATIONS.asked}
          text={
            askedAt === undefined ? INTEGRATIONS.nobody : INTEGRATIONS.askedBy(when(askedAt, timezone), from)
          }
        />
      </dl>
    </section>
  );
}

/** What came of it is said once; the record keeps what is sent by itself. */
function Test(props: { readonly to: SentTo; readonly name: string }) {
  const { to, name } = props;
  const busy = useSignal(false);
  if (!may("network")) return null;
  const run = async (): Promise<void> => {
    busy.value = true;
    const outcome = await tryOut(to);
    busy.value = false;
    if (outcome.kind === "ok" && !outcome.value.taken)
      tell("refused", COMMANDS.failed(INTEGRATIONS.testThis(name)), [outcome.value.why ?? ""]);
    else report(outcome, { done: INTEGRATIONS.taken(name), command: INTEGRATIONS.testThis(name) });
  };
  return (
    <button
      type="button"
      aria-label={INTEGRATIONS.testThis(name)}
      disabled={busy.value}
      onClick={() => void run()}
    >
      {busy.value ? INTEGRATIONS.testing : INTEGRATIONS.test}
    </button>
  );
}
