// What encoding and decoding cost on the two hot paths, and what that is beside the signature each SVID needs anyway.
// Run: node --conditions=vouchsafe-source bench/proto.ts
import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { messageCodec } from '@vouchsafe/proto/load';
import type { MessageInput, MessageName } from '@vouchsafe/proto/load';

const BATCH = 500;
const ROUNDS = 5;
const ROUND_MS = 200;

interface Case<N extends MessageName = MessageName> {
  readonly name: N;
  /** How many SVIDs one message stands for. */
  readonly svids: number;
  readonly message: MessageInput<N>;
}

const cases: readonly Case[] = [
  {
    name: 'spire.api.server.svid.v1.BatchNewX509SVIDRequest',
    svids: BATCH,
    message: {
      params: Array.from({ length: BATCH }, () => ({
        entry_id: randomUUID(),
        csr: randomBytes(240),
      })),
    },
  },
  {
    name: 'spire.api.server.svid.v1.BatchNewX509SVIDResponse',
    svids: BATCH,
    message: {
      results: Array.from({ length: BATCH }, (_, index) => ({
        status: {},
        svid: {
          cert_chain: [randomBytes(600), randomBytes(500)],
          id: { trust_domain: 'example.org', path: `/workload/${index}` },
          expires_at: '1790000000',
        },
      })),
    },
  },
  {
    name: 'X509SVIDResponse',
    svids: 1,
    message: {
      svids: [
        {
          spiffe_id: 'spiffe://example.org/workload/1',
          x509_svid: randomBytes(1100),
          x509_svid_key: randomBytes(138),
          bundle: randomBytes(900),
        },
      ],
      federated_bundles: { 'spiffe://other.example': randomBytes(900) },
    },
  },
];

/** The best of several rounds: what the work costs when nothing disturbs it. */
function microseconds(work: () => void): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let runs = 0;
    let elapsed = 0;
    for (; elapsed < ROUND_MS; elapsed = performance.now() - start) {
      work();
      runs++;
    }
    best = Math.min(best, (elapsed * 1000) / runs);
  }
  return best;
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const certificate = randomBytes(500);
const signature = microseconds(() => sign('sha256', certificate, privateKey));
console.log(`one P-256 signature: ${signature.toFixed(1)} µs\n`);

for (const { name, svids, message } of cases) {
  const codec = messageCodec(name);
  const bytes = codec.encode(message);
  const costs = {
    encode: microseconds(() => codec.encode(message)),
    decode: microseconds(() => codec.decode(bytes)),
  };
  console.log(`${name} (${svids} SVIDs, ${bytes.length} bytes)`);
  for (const [verb, cost] of Object.entries(costs)) {
    const ratio = ((100 * cost) / svids / signature).toFixed(1);
    console.log(`  ${verb} ${cost.toFixed(2).padStart(8)} µs, ${ratio} % of the signatures`);
  }
}
