/** Every route, in one place. Handlers parse, call and answer; they hold no rules. */
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import type { Log } from "../base/log.ts";
import { Refused } from "../base/refused.ts";
import type { Box } from "../box.ts";
import type { Lan } from "../lan.ts";
import { Access, type Env, ownPagesOnly } from "./access.ts";
import { alarms } from "./alarms.ts";
import { audit } from "./audit.ts";
import { backup, UPLOAD_PATH } from "./backup.ts";
import { boards } from "./boards.ts";
import { bypass } from "./bypass.ts";
import { cameras } from "./cameras.ts";
import { clips } from "./clips.ts";
import { draft } from "./draft.ts";
import { farGate, farSession, farViewers } from "./far.ts";
import { health } from "./health.ts";
import { integrations, Scrapes } from "./integrations.ts";
import { live } from "./live.ts";
import { models, WEIGHTS_PATH } from "./models.ts";
import { network } from "./network.ts";
import { openapi } from "./openapi.ts";
import { outputs } from "./outputs.ts";
import { panel } from "./panel.ts";
import { panels } from "./panels.ts";
import { people } from "./people.ts";
import { pictures } from "./pictures.ts";
import { problem } from "./problem.ts";
import { refusals } from "./refusals.ts";
import { session } from "./session.ts";
import { settingTable } from "./setting_table.ts";
import { settings } from "./settings.ts";
import { shifts } from "./shifts.ts";
import { sightings } from "./sightings.ts";
import { status } from "./status.ts";
import { system } from "./system.ts";
import { tiles } from "./tiles.ts";
import { versions } from "./versions.ts";
import { type ViewFeed, view } from "./view.ts";
import { walkTests } from "./walk_tests.ts";
import { zones } from "./zones.ts";

const BODY_MAX = 64 * 1024;

export interface AppOptions {
  readonly box: Box;
  readonly feed: ViewFeed;
  /** The built kiosk. */
  readonly kioskFolder: string;
  /** The way in for panels on the network; absent where there is none. */
  readonly lan?: Lan;
  readonly log: Log;
}

export function app({ box, feed, kioskFolder, lan, log }: AppOptions) {
  const access = new Access(box);
  const viewers = farViewers(box);
  const scrapes = new Scrapes();
  const routes = new Hono<Env>()
    .use(
      secureHeaders({
        contentSecurityPolicy: {
          defaultSrc: ["'self'"],
          imgSrc: ["'self'", "blob:", "data:"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          connectSrc: ["'self'", "ws:", "wss:"],
          frameAncestors: ["'none'"],
        },
        xFrameOptions: "DENY",
        strictTransportSecurity: false,
      }),
    )
    .use(ownPagesOnly((name) => lan?.answersTo(name) === true))
    .use(farGate(viewers))
    .use(refusals(box, access))
    // Weights and backups have limits of their own, and are never in memory as a whole.
    .use(
      except(
        [WEIGHTS_PATH, UPLOAD_PATH],
        bodyLimit({
          maxSize: BODY_MAX,
          onError: (c) => problem(c, 413, `A body has at most ${BODY_MAX} bytes`),
        }),
      ),
    )
    .route("/", status(box))
    .route("/", live(box))
    .route("/", view(feed))
    .route("/", tiles(box))
    .route("/", panel(box, access))
    .route("/", panels(box, access))
    .route("/", alarms(box, access))
    .route("/", session(box, access))
    .route("/", farSession(access, viewers))
    .route("/", people(box, access))
    .route("/", cameras(box, access))
    .route("/", boards(box, access))
    .route("/", outputs(box, access))
    .route("/", walkTests(box, access))
    .route("/", bypass(box, access))
    .route("/", zones(box, access))
    .route("/", sightings(box, access))
    .route("/", settings(box, access))
    .route("/", settingTable(box, access))
    .route("/", models(box, access))
    .route("/", versions(box, access))
    .route("/", draft(box, access))
    .route("/", audit(box, access))
    .route("/", backup(box, access))
    .route("/", shifts(box, access))
    .route("/", system(box, access, scrapes))
    .route("/", network({ access, viewers, lan }))
    .route("/", integrations(box, access, scrapes))
    .route("/", pictures(box))
    .route("/", clips(box, access))
    .route("/", health(box))
    .route("/", openapi(box));
  routes.use("/*", keeping, serveStatic({ root: kioskFolder }));
  routes.notFound((c) => problem(c, 404, `There is nothing at ${c.req.path}`));
  routes.onError((error, c) => {
    if (error instanceof HTTPException) return problem(c, error.status as 400, error.message);
    if (error instanceof Refused) return problem(c, 503, error.message);
    log.error({ err: error, path: c.req.path }, "request failed");
    return problem(c, 500, "The box met an error of its own; the log has it");
  });
  return routes;
}

/** The name of an asset holds the hash of what is in it; the page that names them is asked for anew. */
const keeping: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  if (!c.res.ok) return;
  c.header("cache-control", c.req.path.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-cache");
};

export type Api = ReturnType<typeof app>;
