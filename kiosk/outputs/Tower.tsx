/** What each lamp of the signal tower tells, to be chosen and to be printed. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LampCondition } from "../../server/domain/config.ts";
import { Asked } from "../parts/Asked.tsx";
import { Choice } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import { SET_UP } from "../words.ts";
import { readTower, saveTower, type Tower as TowerLamps } from "./calls.ts";
import { toHome } from "./OutputPage.tsx";
import { place } from "./place.ts";
import { CONDITIONS, LAMPS, OUTPUTS, TOWER } from "./words.ts";

type Lamp = keyof TowerLamps;
const ALL_LAMPS = Object.keys(LAMPS) as Lamp[];
const ALL_CONDITIONS = Object.keys(CONDITIONS) as LampCondition[];

interface Fetched {
  readonly tower?: TowerLamps;
  readonly problems: readonly string[];
}

async function fetchTower(): Promise<Fetched> {
  const outcome = await readTower();
  if (outcome.kind === "ok") return { tower: outcome.value, problems: [] };
  return { problems: outcome.kind === "failed" ? outcome.reasons : [] };
}

/** The mapping as the box has it, until it is changed here; and how it is asked for once more. */
function useTower() {
  const fetched = useSignal<Fetched>({ problems: [] });
  const read = (): void => {
    fetched.value = { problems: [] };
    void fetchTower().then((next) => {
      fetched.value = next;
    });
  };
  useEffect(read, []);
  return { fetched, read };
}

export function Tower() {
  const { fetched, read } = useTower();
  const lamp = useSignal<Lamp>("red");
  const saving = useSignal(false);
  const { tower, problems } = fetched.value;
  const save = async (changed: TowerLamps): Promise<void> => {
    saving.value = true;
    const outcome = await saveTower(changed);
    saving.value = false;
    if (outcome.kind === "ok") {
      toHome();
      tell("done", TOWER.saved);
    } else if (outcome.kind === "failed") fetched.value = { tower: changed, problems: outcome.reasons };
  };
  return (
    <div class="setup tower">
      <Head title={OUTPUTS.tower} onBack={toHome}>
        <button
          type="button"
          disabled={tower === undefined}
          onClick={() => {
            place.value = { kind: "tower-table" };
          }}
        >
          {TOWER.table}
        </button>
        <button
          type="button"
          class="primary"
          disabled={tower === undefined || saving.value}
          onClick={() => tower !== undefined && void save(tower)}
        >
          {saving.value ? SET_UP.saving : SET_UP.save}
        </button>
      </Head>
      {tower === undefined ? (
        <Asked waiting={OUTPUTS.waiting} problems={problems} onAgain={read} />
      ) : (
        <>
          {problems.map((problem) => (
            <p key={problem} class="bad">
              {problem}
            </p>
          ))}
          <p class="anew">{SET_UP.anew}</p>
          <Choice
            label={OUTPUTS.tower}
            options={ALL_LAMPS.map((each) => [each, LAMPS[each]] as const)}
            isChosen={(each) => lamp.value === each}
            onChoose={(each) => {
              lamp.value = each;
            }}
          />
          <div class="conditions scrolls">
            <Choice
              label={TOWER.lit(LAMPS[lamp.value])}
              titled
              options={ALL_CONDITIONS.map((each) => [each, CONDITIONS[each]] as const)}
              isChosen={(each) => tower[lamp.value].includes(each)}
              onChoose={(each) => {
                fetched.value = { tower: toggled(tower, lamp.value, each), problems: [] };
              }}
            />
          </div>
        </>
      )}
    </div>
  );
}

/** In the order of the list, whatever was touched first. */
function toggled(tower: TowerLamps, lamp: Lamp, condition: LampCondition): TowerLamps {
  const before = tower[lamp];
  const holds = (each: LampCondition): boolean =>
    each === condition ? !before.includes(each) : before.includes(each);
  return { ...tower, [lamp]: ALL_CONDITIONS.filter(holds) };
}

/** Plain black on white, to hang beside the tower. */
export function TowerTable() {
  const { fetched, read } = useTower();
  const { tower, problems } = fetched.value;
  return (
    <div class="setup">
      <Head
        title={OUTPUTS.tower}
        onBack={() => {
          place.value = { kind: "tower" };
        }}
      >
        <button type="button" onClick={() => print()}>
          {TOWER.print}
        </button>
      </Head>
      {tower === undefined ? (
        <Asked waiting={OUTPUTS.waiting} problems={problems} onAgain={read} />
      ) : (
        <div class="scrolls">
          <table class="plain">
            <thead>
              <tr>
                <th>{TOWER.lamp}</th>
                <th>{TOWER.conditions}</th>
              </tr>
            </thead>
            <tbody>
              {ALL_LAMPS.map((lamp) => (
                <tr key={lamp}>
                  <th>{LAMPS[lamp]}</th>
                  <td>
                    {tower[lamp].length === 0
                      ? TOWER.dark
                      : tower[lamp].map((each) => CONDITIONS[each]).join("; ")}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="how">{TOWER.flash}</p>
        </div>
      )}
    </div>
  );
}
