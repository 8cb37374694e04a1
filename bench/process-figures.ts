import { readFileSync } from 'node:fs';

/** What the kernel counts CPU time in. */
const TICK_MS = 10;

/** Megabytes of memory that are its own now. */
export function residentMb(pid: number): number {
  const [, kb = '0'] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1024;
}

/** Milliseconds of CPU that it has taken since its start. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
