/** Takes a zone out of the rules: which, why, how long, and who says so by PIN. In the page's place. */
import { useSignal } from "@preact/signals";
import { BYPASS_REASONS, type BypassReason } from "../../server/domain/bypass.ts";
import { mayDo } from "../../server/domain/permission.ts";
import type { View, ZoneView } from "../../server/domain/view.ts";
import { call, type Outcome } from "../call.ts";
import { reasonText, ZONE_KINDS } from "../codes.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Stepper } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { HoldButton } from "../parts/HoldButton.tsx";
import { Icon } from "../parts/Icon.tsx";
import { type Entry, PinPad } from "../parts/PinPad.tsx";
import { bypassOf } from "../shown.ts";
import { asking, leftUntil, type Person, tell } from "../state.ts";
import { left } from "../text.ts";
import { BYPASS, RESET } from "../words.ts";
import { ASK } from "./words.ts";
import "../style/setup.css";
import "../style/bypass.css";

const MINUTES = { least: 1, usual: 10, most: 30 } as const;
/** Longer than for a reset: it takes something away. */
const HOLD_MS = 2_000;

type Step = "zone" | "reason" | "minutes" | "person";
interface Order {
  readonly zone?: ZoneView;
  readonly reason?: BypassReason;
  readonly minutes: number;
}

function close(): void {
  asking.value = undefined;
}

export function Bypass(props: { readonly view: View }) {
  const step = useSignal<Step>("zone");
  const order = useSignal<Order>({ minutes: MINUTES.usual });
  const { zone, minutes } = order.value;
  const go = (next: Step, change: Partial<Order> = {}): void => {
    order.value = { ...order.value, ...change };
    step.value = next;
  };
  // Each step is a dialog of its own: a bounce on one must not answer the next.
  return (
    <Dialog key={step.value} name={BYPASS.open} look="gate" onCancel={close}>
      {(step.value === "zone" || zone === undefined) && (
        <Zones view={props.view} onPick={(picked) => go("reason", { zone: picked })} />
      )}
      {step.value === "reason" && zone !== undefined && (
        <Reasons zone={zone} onBack={() => go("zone")} onPick={(reason) => go("minutes", { reason })} />
      )}
      {step.value === "minutes" && zone !== undefined && (
        <Minutes
          zone={zone}
          minutes={minutes}
          onBack={() => go("reason")}
          onStep={(next) => go("minutes", { minutes: next })}
          onNext={() => go("person")}
        />
      )}
      {step.value === "person" && zone !== undefined && <WhoSaysSo order={{ ...order.value, zone }} />}
    </Dialog>
  );
}

function Zones(props: { readonly view: View; readonly onPick: (zone: ZoneView) => void }) {
  const { zones, cameras, bypasses } = props.view;
  return (
    <div class="setup">
      <Head title={ASK.which} onBack={close} />
      {zones.length === 0 ? (
        <div class="nothing">
          <strong>{ASK.none}</strong>
          <p>{ASK.noneHow}</p>
        </div>
      ) : (
        <ul class="rows" aria-label={ASK.which}>
          {zones.map((zone) => {
            const running = bypassOf(zone, bypasses);
            return (
              <li key={zone.id}>
                <button type="button" class="row" aria-label={zone.name} onClick={() => props.onPick(zone)}>
                  <span class="who">
                    <b>{zone.name}</b>
                    {running !== undefined && <em>{ASK.again(left(leftUntil(running.untilWallAt)))}</em>}
                    <small>
                      {ZONE_KINDS[zone.kind]}, {cameras.find(({ id }) => id === zone.camera)?.name}
                    </small>
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

function Reasons(props: {
  readonly zone: ZoneView;
  readonly onBack: () => void;
  readonly onPick: (reason: BypassReason) => void;
}) {
  return (
    <div class="setup">
      <Head title={ASK.why(props.zone.name)} onBack={props.onBack} />
      <div class="reasons">
        {BYPASS_REASONS.map((reason) => (
          <button key={reason} type="button" onClick={() => props.onPick(reason)}>
            {reasonText(reason)}
          </button>
        ))}
      </div>
    </div>
  );
}

function Minutes(props: {
  readonly zone: ZoneView;
  readonly minutes: number;
  readonly onBack: () => void;
  readonly onStep: (minutes: number) => void;
  readonly onNext: () => void;
}) {
  return (
    <div class="setup minutes">
      <Head title={ASK.howLong(props.zone.name)} onBack={props.onBack}>
        <button type="button" class="primary" onClick={props.onNext}>
          {ASK.next}
        </button>
      </Head>
      <Stepper
        label={ASK.minutes}
        fewer={ASK.fewer}
        more={ASK.more}
        value={props.minutes}
        min={MINUTES.least}
        max={MINUTES.most}
        onStep={props.onStep}
      />
      {ASK.means.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  );
}

function mayBypass(person: Person): boolean {
  return mayDo(person.role, "bypass");
}

type Whole = Order & { readonly zone: ZoneView };

function WhoSaysSo(props: { readonly order: Whole }) {
  return (
    <PinPad
      title={ASK.who}
      only={mayBypass}
      nobodyMay={ASK.nobodyMay}
      onCancel={close}
      confirm={(entry) => <HoldToBypass entry={entry} order={props.order} />}
    />
  );
}

function HoldToBypass(props: { readonly entry: Entry; readonly order: Whole }) {
  const { entry, order } = props;
  return (
    <HoldButton
      name={ASK.hold}
      hint={entry.ready ? ASK.holdFor : ""}
      hintFull={RESET.release}
      look={entry.ready ? "possible" : "resting"}
      fillMs={HOLD_MS}
      ready={entry.ready}
      onExplain={() => {}}
      onOutcome={(outcome) => {
        if (outcome === "act") entry.submit((person, pin) => bypass(order, person, pin));
        else tell("refused", ASK.outcomes[outcome].title, [ASK.outcomes[outcome].detail]);
      }}
    >
      <Icon name="acknowledge" />
    </HoldButton>
  );
}

/** What refuses it is said on the pad. */
async function bypass(order: Whole, person: Person, pin: string): Promise<Outcome<unknown>> {
  const { zone, reason, minutes } = order;
  const path = `/api/zones/${encodeURIComponent(zone.id)}/bypass`;
  const body = { name: person.name, pin, reason, minutes };
  const outcome = await call({ method: "POST", path, body });
  if (outcome.kind === "ok") {
    tell("done", ASK.done(zone.name, minutes));
    close();
  }
  return outcome;
}
