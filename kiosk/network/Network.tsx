/** The network's page of Maintenance: whether other panels may connect, by which certificate, and who is there. */
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { report } from "../actions.ts";
import { USER_ROLES } from "../codes.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { Question } from "../parts/Question.tsx";
import { may } from "../people/may.ts";
import { openGroup } from "../settings/place.ts";
import { OTHER_PANELS } from "../settings/words.ts";
import { room, session } from "../state.ts";
import { clockDate, clockTime } from "../text.ts";
import { addressOf } from "./address.ts";
import { Code } from "./Code.tsx";
import {
  type FarPerson,
  type NetworkAnswer,
  readNetwork,
  signOutThere,
  takeOwnCertificate,
} from "./calls.ts";
import { Install } from "./Install.tsx";
import { NETWORK_WAY } from "./ways.ts";
import { CERTIFICATE, NETWORK } from "./words.ts";
import "../style/setup.css";
import "../style/outputs.css";
import "../style/network.css";

const READ_EVERY_MS = 3_000;

/** Where somebody is in it; gone with the session. */
const place = signal<"home" | "install" | "own">("home");
session.subscribe((person) => {
  if (person === undefined) place.value = "home";
});
const toHome = (): void => {
  place.value = "home";
};

export function Network(props: { readonly view: View }) {
  const answer = useSignal<NetworkAnswer | undefined>(undefined);
  const problems = useSignal<readonly string[]>([]);
  const read = async (): Promise<void> => {
    const outcome = await readNetwork();
    if (outcome.kind === "ok") answer.value = outcome.value;
    problems.value = outcome.kind === "failed" ? outcome.reasons : [];
  };
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [place.value]);
  if (place.value === "install") return <Install onBack={toHome} />;
  if (place.value === "own") return <AskOwn />;
  return (
    <div class="setup">
      <Head
        title={NETWORK_WAY.title}
        onBack={() => {
          room.value = "workshop";
        }}
      >
        <button type="button" onClick={() => openGroup(OTHER_PANELS)}>
          {NETWORK.settings}
        </button>
      </Head>
      {answer.value === undefined ? (
        <Asked waiting={NETWORK.waiting} problems={problems.value} onAgain={() => void read()} />
      ) : (
        <>
          {problems.value.map((problem) => (
            <p key={problem} class="bad">
              {problem}
            </p>
          ))}
          <Known
            answer={answer.value}
            timezone={props.view.site.timezone}
            onAnswer={(next) => {
              answer.value = next;
            }}
          />
        </>
      )}
    </div>
  );
}

interface KnownProps {
  readonly answer: NetworkAnswer;
  readonly timezone: string;
  readonly onAnswer: (answer: NetworkAnswer) => void;
}

function Known(props: KnownProps) {
  const { answer } = props;
  return (
    <div class="halves outputs">
      <div class="half scrolls">
        <Panels {...props} />
        <section class="card" aria-label={NETWORK.people}>
          <h3>{NETWORK.people}</h3>
          <People {...props} />
        </section>
      </div>
      <div class="half scrolls">
        <Certificate answer={answer} timezone={props.timezone} />
      </div>
    </div>
  );
}

function stateText({ on, listening, why = "" }: NetworkAnswer): string {
  if (!on) return NETWORK.off;
  return listening ? NETWORK.on : NETWORK.closed(why);
}

function Panels(props: { readonly answer: NetworkAnswer }) {
  const { answer } = props;
  const { on, listening, host, addresses, port, connections } = answer;
  return (
    <section class="card" aria-label={NETWORK.panels}>
      <h3>{NETWORK.panels}</h3>
      <p class={on && !listening ? "bad" : "why"}>{stateText(answer)}</p>
      {listening && (
        <p>
          {NETWORK.open}: <b class="address">{addressOf(answer)}</b>
        </p>
      )}
      <dl class="particulars">
        <Fact name={NETWORK.host} text={host} />
        <Fact name={NETWORK.addresses} text={addresses.join(", ") || NETWORK.noAddress} />
        <Fact name={NETWORK.port} text={String(port)} />
        <Fact name={NETWORK.connections} text={String(connections)} />
      </dl>
    </section>
  );
}

function Fact(props: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.text}</dd>
    </div>
  );
}

function People({ answer: { people }, timezone, onAnswer }: KnownProps) {
  if (people.length === 0) return <p class="muted">{NETWORK.nobody}</p>;
  const time = (wallAt: number): string => clockTime(wallAt, timezone);
  const signOut = async (person?: FarPerson): Promise<void> => {
    const outcome = await signOutThere(person);
    if (outcome.kind === "ok") onAnswer(outcome.value);
    const done = person === undefined ? NETWORK.allSignedOut : NETWORK.signedOut(person.name);
    report(outcome, { done, command: person === undefined ? NETWORK.signOutAll : NETWORK.signOut });
  };
  return (
    <>
      <ul class="signedIn">
        {people.map((person) => {
          const { id, name, role, origin, sinceWallAt, untilWallAt, seenWallAt } = person;
          return (
            <li key={id}>
              <div>
                <b>{name}</b>, {USER_ROLES[role]}
                <p>
                  {NETWORK.until(origin, time(sinceWallAt), time(untilWallAt))},{" "}
                  {NETWORK.seen(time(seenWallAt))}
                </p>
              </div>
              {may("network") && (
                <button
                  type="button"
                  aria-label={NETWORK.signOutThis(name, origin)}
                  onClick={() => void signOut(person)}
                >
                  {NETWORK.signOut}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {may("network") && people.length > 1 && (
        <button type="button" onClick={() => void signOut()}>
          {NETWORK.signOutAll}
        </button>
      )}
    </>
  );
}

function Certificate(props: { readonly answer: NetworkAnswer; readonly timezone: string }) {
  const { certificate } = props.answer;
  if (certificate === undefined)
    return (
      <section class="card" aria-label={CERTIFICATE.title}>
        <h3>{CERTIFICATE.title}</h3>
        <p class="muted">{CERTIFICATE.none}</p>
      </section>
    );
  const { kind, names, fingerprint, untilWallAt } = certificate;
  return (
    <section class="card" aria-label={CERTIFICATE.title}>
      <div class="fingerprint">
        <div>
          <h3>{CERTIFICATE.title}</h3>
          <p>{CERTIFICATE.fingerprint}</p>
          <code>
            {(fingerprint.match(/.{1,6}/g) ?? []).map((part) => (
              <span key={part}>{part} </span>
            ))}
          </code>
        </div>
        <Code text={`${addressOf(props.answer)}#${fingerprint}`} name={CERTIFICATE.code} />
      </div>
      {kind === "own" && <p>{CERTIFICATE.compare}</p>}
      <dl class="particulars">
        <Fact name={CERTIFICATE.kind} text={CERTIFICATE.kinds[kind]} />
        <Fact name={CERTIFICATE.until} text={clockDate(untilWallAt, props.timezone)} />
        <Fact name={CERTIFICATE.names} text={names.join(", ")} />
      </dl>
      {may("network") && (
        <div class="deeds">
          <button type="button" onClick={() => (place.value = "install")}>
            {CERTIFICATE.install}
          </button>
          {kind === "installed" && (
            <button type="button" onClick={() => (place.value = "own")}>
              {CERTIFICATE.own}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function AskOwn() {
  const busy = useSignal(false);
  return (
    <Question
      ask={CERTIFICATE.askOwn}
      yes={CERTIFICATE.ownYes}
      busy={busy.value}
      onYes={() => {
        busy.value = true;
        void takeOwnCertificate().then((outcome) => {
          report(outcome, { done: CERTIFICATE.ownDone, command: CERTIFICATE.own });
          toHome();
        });
      }}
      onNo={toHome}
    >
      <p>{CERTIFICATE.ownHow}</p>
    </Question>
  );
}
