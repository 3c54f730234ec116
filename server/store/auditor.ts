/**
 * The auditor process: checks, exports and seals the trail behind everything else on the box, one task after the
 * other. It reads the database only, and may be killed at any moment.
 */
import { constants, setPriority } from "node:os";
import process from "node:process";
import type { AuditorAnswer, AuditorTask } from "./clerk.ts";
import { exportTrail } from "./export.ts";
import { explain } from "./faults.ts";
import { writeSegment } from "./sealing.ts";
import { verifyTrail } from "./verify.ts";

async function done(task: AuditorTask): Promise<unknown> {
  switch (task.kind) {
    case "verify":
      return await verifyTrail(task.folder, { told: task.told });
    case "export":
      return await exportTrail(task.folder, task.order);
    case "seal":
      return await writeSegment(task.folder, task.retention);
    case "paper": {
      // Its package is large, and a check has no use for it.
      const { shiftPdf } = await import("./shift_pdf.ts");
      return await shiftPdf(task.paper);
    }
    case "backup": {
      const { makeBackup } = await import("./backup.ts");
      return await makeBackup(task.folder, task.order);
    }
    case "inspect": {
      const { inspectBackup } = await import("./restore.ts");
      return await inspectBackup(task.folder, task.order);
    }
  }
}

function main(): void {
  setPriority(constants.priority.PRIORITY_LOW);
  const tell = (answer: AuditorAnswer): void => void process.send?.(answer, undefined, {}, () => undefined);
  process.on("message", (task: AuditorTask) => {
    done(task).then(
      (value) => tell({ ok: true, value }),
      (error: unknown) => tell({ ok: false, why: explain(error) }),
    );
  });
  process.once("disconnect", () => process.exit(0));
}

main();
