/**
 * Opens the book in a folder, publishes the second version with its people and rows, and is killed before the
 * statement of the given number.
 */
import { join } from "node:path";
import { Book } from "../../server/store/book.ts";
import { beforeStatements } from "./statements.ts";
import { migrationsFolder, SECOND } from "./two_versions.ts";

const [folder = "", number = ""] = process.argv.slice(2);
const book = new Book({ file: join(folder, "palisade.db"), migrationsFolder });
let statements = 0;
beforeStatements(() => {
  if (++statements === Number(number)) process.kill(process.pid, "SIGKILL");
});
book.publish(SECOND);
book[Symbol.dispose]();
