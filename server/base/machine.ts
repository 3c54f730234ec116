/** What the machine as a whole has done since it was switched on, and what memory it has. */
import { existsSync, readFileSync } from "node:fs";
import { cpus, freemem, totalmem } from "node:os";

export interface MachineReading {
  /** Of all cores together, in any unit: only their differences count. */
  readonly cpu: { readonly busy: number; readonly all: number };
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number };
  /** Of every interface but the machine's own. Absent where it cannot be told, as on anything but Linux. */
  readonly network?: { readonly receivedBytes: number; readonly sentBytes: number };
  readonly disk?: { readonly readBytes: number; readonly writtenBytes: number };
}

/** /proc/diskstats counts in these whatever the disk's own sectors are. */
const SECTOR_BYTES = 512;

function lines(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}

function cpu(): MachineReading["cpu"] {
  const [first] = lines("/proc/stat");
  if (first === undefined) {
    const times = cpus().map(({ times }) => times);
    const idle = times.reduce((sum, each) => sum + each.idle, 0);
    const all = times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idle);
    return { busy: all - idle, all };
  }
  // user nice system idle iowait irq softirq steal; guests are counted in user already.
  const times = first.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = times.reduce((sum, each) => sum + each, 0);
  return { busy: all - (times[3] ?? 0) - (times[4] ?? 0), all };
}

function memory(): MachineReading["memory"] {
  const found = lines("/proc/meminfo").find((line) => line.startsWith("MemAvailable:"));
  const availableBytes = found === undefined ? freemem() : Number(found.replaceAll(/\D/g, "")) * 1_024;
  return { totalBytes: totalmem(), availableBytes };
}

function network(): MachineReading["network"] {
  const all = lines("/proc/net/dev").flatMap((line) => {
    const [name, counts] = line.split(":");
    return counts === undefined || name?.trim() === "lo" ? [] : [counts.trim().split(/\s+/).map(Number)];
  });
  if (all.length === 0) return undefined;
  const sum = (field: number): number => all.reduce((total, counts) => total + (counts[field] ?? 0), 0);
  return { receivedBytes: sum(0), sentBytes: sum(8) };
}

/** Whole disks only: their parts, and what lies on other disks, would count twice. */
function isDisk(name: string): boolean {
  return !/^(?:loop|ram|zram|dm-|md|sr)/.test(name) && existsSync(`/sys/block/${name}`);
}

function disk(): MachineReading["disk"] {
  const all = lines("/proc/diskstats").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[2] !== undefined && isDisk(fields[2]) ? [fields.map(Number)] : [];
  });
  if (all.length === 0) return undefined;
  const sum = (field: number): number =>
    all.reduce((total, fields) => total + (fields[field] ?? 0), 0) * SECTOR_BYTES;
  return { readBytes: sum(5), writtenBytes: sum(9) };
}

export function readMachine(): MachineReading {
  const [ofNetwork, ofDisk] = [network(), disk()];
  return {
    cpu: cpu(),
    memory: memory(),
    ...(ofNetwork === undefined ? {} : { network: ofNetwork }),
    ...(ofDisk === undefined ? {} : { disk: ofDisk }),
  };
}
