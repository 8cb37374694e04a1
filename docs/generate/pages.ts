import path from 'node:path';
import { cliPage } from './cli.ts';
import { configPage } from './config.ts';
import { conformancePage } from './conformance.ts';
import { errorsPage } from './errors.ts';
import { page } from './markdown.ts';
import { metricsPage } from './metrics.ts';
import { rolesPage } from './roles.ts';
import { spireApiPage } from './spire-api.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** Makes each page, by its file below docs/. */
const PAGES: Readonly<Record<string, () => readonly string[]>> = {
  'cli.md': cliPage,
  'config-agent.md': () => configPage('agent'),
  'config-server.md': () => configPage('server'),
  'conformance.md': () => conformancePage(ROOT),
  'errors.md': errorsPage,
  'metrics.md': metricsPage,
  'roles.md': rolesPage,
  'spire-api.md': () => spireApiPage(ROOT),
};

/** Every generated page: its path and its text. They depend on nothing but the sources. */
export async function generatePages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const [name, make] of Object.entries(PAGES)) {
    const file = path.join(ROOT, 'docs', name);
    pages.set(file, await page(file, make()));
  }
  return pages;
}
