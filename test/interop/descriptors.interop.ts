import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { wireListing } from '../proto/wire-listing.ts';

/** The first build downloads the modules; go.sum pins them. */
const GO_TIMEOUT_MS = 300_000;

t.setTimeout(GO_TIMEOUT_MS);

t.test('our descriptors are those of go-spiffe, spire-api-sdk and grpc-go', (t) => {
  const theirs = execFileSync('go', ['run', '.'], {
    cwd: join(import.meta.dirname, 'go/descriptors'),
    encoding: 'utf8',
    timeout: GO_TIMEOUT_MS,
  });
  t.same(blocksOf(wireListing()).filter(isShared), blocksOf(theirs));
  t.end();
});

function blocksOf(listing: string): string[] {
  return listing.trimEnd().split('\n\n');
}

/** Our own additions are packages of their own. */
function isShared(block: string): boolean {
  return !/^\w+ vouchsafe\./.test(block);
}
