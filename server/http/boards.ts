/**
 * The relay boards, for people with a session: listed with what is known of each, found, added, changed, removed.
 * Passwords never leave the box: an address shows *** in their place, and *** that comes back means what is stored.
 */
import { Hono } from "hono";
import type { Box } from "../box.ts";
import { boardKind } from "../domain/board.ts";
import type { BoardConfig } from "../domain/config.ts";
import { addBoard, changeBoard, outputsOn, removeBoard, shownBoard } from "../domain/edit.ts";
import type { BoardId } from "../domain/units.ts";
import type { BoardView } from "../domain/view.ts";
import type { FoundBoards } from "../relay/remote.ts";
import type { Access, Env } from "./access.ts";
import { editing } from "./editing.ts";
import { askerOf } from "./fields.ts";
import { problem } from "./problem.ts";

/** A board as it is configured, and as it is. */
export type ListedBoard = BoardConfig &
  Pick<BoardView, "title" | "state" | "why" | "identity"> & {
    /** How often each channel was energised, channel 1 first. */
    readonly operations: readonly number[];
  };

export interface BoardsFound extends Omit<FoundBoards, "hid"> {
  readonly hid: readonly (FoundBoards["hid"][number] & {
    /** The configured board that is bound to this port. */
    readonly usedBy?: BoardId;
  })[];
}

const BUSY = "Somebody looks for boards already: wait a few seconds and try again";

function listed(box: Box, board: BoardConfig, views: readonly BoardView[]): ListedBoard {
  const known = views.find(({ id }) => id === board.id);
  const { title } = boardKind(board.driver);
  const { state, why, identity } = known ?? { state: "lost", why: "The outputs are starting" };
  return {
    ...shownBoard(board),
    title,
    state,
    ...(why === undefined ? {} : { why }),
    ...(identity === undefined ? {} : { identity }),
    operations: Array.from({ length: board.channels }, (_, i) =>
      box.upkeep.operations({ board: board.id, channel: i + 1 }),
    ),
  };
}

/** Which of the boards that are plugged in are configured; one that is bound to no port is the only one. */
function withUsers(found: FoundBoards, boards: readonly BoardConfig[]): BoardsFound {
  const hid = boards.filter(({ driver }) => driver === "dct-hid");
  return {
    ...found,
    hid: found.hid.map((one) => {
      const user = hid.find(
        ({ address }) => address === one.address || (address === undefined && found.hid.length === 1),
      );
      return user === undefined ? one : { ...one, usedBy: user.id };
    }),
  };
}

export const boards = (box: Box, access: Access) => {
  const edits = editing<BoardConfig>(
    { box, access },
    {
      ...{ thing: "board", list: (config) => config.boards },
      ...{ add: addBoard, change: changeBoard, remove: removeBoard },
      needed: {
        by: outputsOn,
        say: (id, names) => `Outputs hang on board ${id}: ${names}; move or remove them first`,
      },
      reason: ({ id: item }, done) => `Board ${item} was ${done}`,
      shown: (board) => listed(box, board, box.view().boards),
    },
  );

  return new Hono<Env>()
    .get("/api/boards", access.may("setup.look"), (c) => {
      const { boards: views } = box.view();
      return c.json(box.guard.config.boards.map((board) => listed(box, board, views)));
    })
    .get("/api/boards/find", access.may("outputs.change"), async (c) => {
      const found = await box.findBoards();
      return found === undefined ? problem(c, 429, BUSY) : c.json(withUsers(found, box.guard.config.boards));
    })
    .post("/api/boards", access.may("outputs.change"), (c) => edits.added(c))
    .put("/api/boards/:id", access.may("outputs.change"), (c) => edits.changed(c, c.req.param("id")))
    .delete("/api/boards/:id", access.may("outputs.change"), (c) => edits.removed(c, c.req.param("id")))
    .delete("/api/boards/:id/operations", access.may("outputs.change"), async (c) => {
      const id = c.req.param("id");
      if (edits.find(id) === undefined) return edits.missing(c, id);
      const answer = await box.commands.relaysReplaced(id, askerOf(c, access));
      return answer.ok ? c.body(null, 204) : problem(c, answer.status, answer.detail);
    });
};
