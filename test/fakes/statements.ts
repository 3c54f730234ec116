/** Stands before every statement that this process gives to a database. */
import Database from "better-sqlite3";

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** `look` is called before each statement is carried out: what is on the disk then is what a kill would leave. */
export function beforeStatements(look: () => void): Disposable {
  const probe = new Database(":memory:");
  const statement = Object.getPrototypeOf(probe.prepare("SELECT 1")) as Record<string, Method>;
  const database = Database.prototype as unknown as Record<string, Method>;
  probe.close();
  const undo: (() => void)[] = [];
  for (const [prototype, names] of [
    [statement, ["run", "get", "all"]],
    [database, ["exec", "close"]],
  ] as const)
    for (const name of names) {
      const method = prototype[name] as Method;
      prototype[name] = function (...args) {
        look();
        return method.apply(this, args);
      };
      undo.push(() => {
        prototype[name] = method;
      });
    }
  return { [Symbol.dispose]: () => undo.forEach((each) => void each()) };
}
